"""What handlers are given: the request and the application."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from los_adapters.bootstrap import Application

Req = Request[Any, Any, Any]
# Not validated: the framework would otherwise walk into the object graph and try to convert it.
App = NamedDependency[SkipValidation[Application]]
