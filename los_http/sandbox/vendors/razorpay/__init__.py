"""
Razorpay as the sandbox plays it: orders, payments, payment links, refunds and account validations below
``/razorpay/v1``.

The borrower's side is acted: ``pay`` (``{"orderId" | "paymentLinkId", "method"?, "outcome"?, "amountPaise"?}``) makes a
payment that is captured, only authorized or failed; ``late-success`` (``{"paymentId"}``) lets a failed one come through
after all; ``finish-refund`` (``{"refundId", "outcome": "processed" | "failed"}``) ends a refund that a ``pending`` left
open. Amounts are whole paise, instants Unix seconds of the sandbox's clock. Notices are signed over their raw bytes; an
account validation is done one second after it was asked for.
"""

from collections.abc import Callable, Mapping

from los_http.sandbox.vendor import Account, Route, Vendor
from los_http.sandbox.vendors.razorpay.borrower import finish_refund, late_success, pay
from los_http.sandbox.vendors.razorpay.links import (
    cancel_link,
    change_link,
    create_link,
    fetch_link,
    link_page,
    list_links,
    resend_link,
)
from los_http.sandbox.vendors.razorpay.orders import (
    capture_payment,
    create_order,
    create_refund,
    fetch_order,
    fetch_payment,
    fetch_refund,
    order_payments,
    payment_refunds,
)
from los_http.sandbox.vendors.razorpay.validations import (
    create_contact,
    create_fund_account,
    create_validation,
    fetch_validation,
)
from los_http.sandbox.vendors.razorpay.wire import Handle, error, guarded, signature


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return an account with keys of test mode. *accountNumber* is the lender's own for account validations."""
    return Account(
        identity,
        "razorpay",
        {
            "baseUrl": f"{base_url}/v1",
            "keyId": "rzp_test_" + token(14),
            "keySecret": token(24),
            "webhookSecret": token(24),
            "accountId": "acc_" + token(14),
            "accountNumber": "232323" + "".join(str(ord(letter) % 10) for letter in token(10)),
        },
    )


def forge(body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """Sign as somebody who guesses the secret."""
    return {**headers, "x-razorpay-signature": signature("guessed", body)}


_TABLE: tuple[tuple[str, str, str, Handle], ...] = (
    ("createOrder", "POST", "/v1/orders", create_order),
    ("fetchOrder", "GET", "/v1/orders/{id}", fetch_order),
    ("orderPayments", "GET", "/v1/orders/{id}/payments", order_payments),
    ("fetchPayment", "GET", "/v1/payments/{id}", fetch_payment),
    ("capture", "POST", "/v1/payments/{id}/capture", capture_payment),
    ("createLink", "POST", "/v1/payment_links", create_link),
    ("createLink", "POST", "/v1/payment_links/", create_link),
    ("listLinks", "GET", "/v1/payment_links", list_links),
    ("fetchLink", "GET", "/v1/payment_links/{id}", fetch_link),
    ("cancelLink", "POST", "/v1/payment_links/{id}/cancel", cancel_link),
    ("changeLink", "PATCH", "/v1/payment_links/{id}", change_link),
    ("resendLink", "POST", "/v1/payment_links/{id}/notify_by/{medium}", resend_link),
    ("refund", "POST", "/v1/payments/{id}/refund", create_refund),
    ("fetchRefund", "GET", "/v1/refunds/{id}", fetch_refund),
    ("paymentRefunds", "GET", "/v1/payments/{id}/refunds", payment_refunds),
    ("createContact", "POST", "/v1/contacts", create_contact),
    ("createFundAccount", "POST", "/v1/fund_accounts", create_fund_account),
    ("validateAccount", "POST", "/v1/fund_accounts/validations", create_validation),
    ("fetchValidation", "GET", "/v1/fund_accounts/validations/{id}", fetch_validation),
)

VENDOR = Vendor(
    name="razorpay",
    routes=(
        *(Route(call, method, path, guarded(handle)) for call, method, path, handle in _TABLE),
        Route("linkPage", "GET", "/l/{id}", link_page),
    ),
    new_account=new_account,
    refusal=lambda call: error(400, "The request was refused", reason="refused"),
    acts={"pay": pay, "late-success": late_success, "finish-refund": finish_refund},
    forge=forge,
    open_calls=frozenset({"refund", "validateAccount"}),
    references=("receipt", "reference_id"),
)
