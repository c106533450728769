"""What handlers are given: the request, the application, and ids of the path."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter, SkipValidation

from los_adapters.bootstrap import Application

Req = Request[Any, Any, Any]
# Not validated: the framework would otherwise walk into the object graph and try to convert it.
App = NamedDependency[SkipValidation[Application]]

UserPath = Annotated[UUID, PathParameter(name="userId", description="The customer.")]
DocumentPath = Annotated[UUID, PathParameter(name="documentId")]
ProviderPath = Annotated[UUID, PathParameter(name="providerId")]
LoanPath = Annotated[UUID, PathParameter(name="loanId", description="The loan.")]
PaymentPath = Annotated[UUID, PathParameter(name="paymentId")]
ReasonPath = Annotated[UUID, PathParameter(name="id", description="The status reason.")]
BlockPath = Annotated[UUID, PathParameter(name="id")]

On = Annotated[date | None, QueryParameter(name="on", description="ISO 8601 date; today if it is left out.")]
