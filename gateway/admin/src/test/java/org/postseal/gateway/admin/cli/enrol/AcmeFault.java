package org.postseal.gateway.admin.cli.enrol;

/** What the scripted authority does wrong, or does in an awkward way that the RFCs allow. */
public enum AcmeFault {
    // What a resource answers; {@link ScriptedAcme#with(AcmeFault, String)} names the resource
    SERVER_ERROR,
    GARBAGE,
    HUGE,
    ENDLESS,
    REDIRECT,
    NOT_FOUND,
    RATE_LIMITED,
    REJECTED_IDENTIFIER,
    UNSUPPORTED_IDENTIFIER,
    CAA,
    BAD_NONCE_ONCE,
    BAD_NONCE_ALWAYS,
    ACCOUNT_DEACTIVATED,

    // Orders and authorizations
    ORDER_PENDING,
    ORDER_PROCESSING,
    ORDER_SLOW,
    ORDER_INVALID,
    ORDER_FORGOTTEN,
    TWO_IDENTIFIERS,
    VALID_WITHOUT_CERTIFICATE,
    OTHER_HOST,
    NO_EMAIL_CHALLENGE,
    FROM_IS_NO_ADDRESS,
    SHORT_TOKEN,
    BAD_TOKEN,

    // Certificates
    OTHER_KEY,
    OTHER_ADDRESS,
    ONE_MORE_ADDRESS,
    EXPIRED,
    NO_ISSUER,
    OTHER_ROOT,

    // The challenge message; the last two are allowed
    FORGED_FROM,
    OTHER_RECIPIENT,
    WRONG_TOKEN,
    REPLAYED,
    TWO_SUBJECTS,
    NOT_AUTO_SUBMITTED,
    MAILING_LIST,
    SHORT_TOKEN_IN_MAIL,
    FOLDED_SUBJECT,
    ENCODED_SUBJECT
}
