"""What is asked at the door and done behind it: nobody learns by time who has an account."""

from tracker.accounts import renewing

HANDLERS = {renewing.JOB: renewing.send_link}
