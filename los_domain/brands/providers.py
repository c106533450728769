"""The kinds of outside service a brand can have a provider for. Names and config schemas are declared in each vendor's file."""

from enum import Enum


class ProviderKind(Enum):
    """One need; a brand has at most one primary provider of each, and any number to fall back on."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    WHATSAPP = "WHATSAPP"
    ESIGN = "ESIGN"
    BSA = "BSA"
    CREDIT_BUREAU = "CREDIT_BUREAU"
    AA = "AA"
    DIALER = "DIALER"
    KYC = "KYC"
    COLLECTION = "COLLECTION"
    DISBURSEMENT = "DISBURSEMENT"
    MANDATE = "MANDATE"
    PENNY_DROP = "PENNY_DROP"
    GEOCODER = "GEOCODER"
    EMPLOYMENT = "EMPLOYMENT"
    DOCUMENT_LOCKER = "DOCUMENT_LOCKER"
    CO_LENDER = "CO_LENDER"
