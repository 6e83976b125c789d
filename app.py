"""The application; run as a program it serves itself with the worker beside it."""

from tracker import create_app

app = create_app()

if __name__ == "__main__":
    from tracker.serve import run_server

    run_server(app)
