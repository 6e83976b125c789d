"""The product in a folder of its own: one of its commands, or the server without the worker."""

import sys
from pathlib import Path

from flask.cli import ScriptInfo

from tracker import create_app, serve


class NoWorker:
    """Stands in for the worker beside the server: its work is not what is measured."""

    def start(self) -> None:
        """Nothing starts."""

    def stop(self) -> None:
        """Nothing has started."""


def main(folder: str, *words: str) -> None:
    """Run a command of the product; without one, serve."""
    app = create_app(instance=Path(folder))
    if words:
        with app.app_context():
            app.cli.main(args=list(words), obj=ScriptInfo(create_app=lambda: app))
    else:
        serve._WorkerBeside = NoWorker  # type: ignore[assignment,misc]
        serve.run_server(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
