"""What leaves the house as a file: papers of a meeting, to print and to go on with in Word."""
