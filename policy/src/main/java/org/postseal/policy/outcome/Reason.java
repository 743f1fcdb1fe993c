package org.postseal.policy.outcome;

/**
 * Why a recipient was not simply served. This is the one table from reason to SMTP code, enhanced status (RFC 3463),
 * public text and audit text. It decides, and nothing else does, whether a reason is temporary or permanent. The public
 * text is fixed and general, and the cause stays in the audit log; all decryption failures share one text.
 */
public enum Reason {
    POLICY_REFUSED(550, "5.7.1", "Message refused by policy", "a rule of the policy refuses this message"),
    RELAY_DENIED(
            550, "5.7.1", "Relay access denied", "the peer is not trusted to relay and the recipient is not internal"),
    RECIPIENT_ROUTED_ELSEWHERE(
            553,
            "5.1.3",
            "Recipient address may be routed elsewhere",
            "the recipient is internal, and an MTA may deliver it outside:"
                    + " its local part may be read as a route, or its domain is spelled otherwise than in the policy"),
    SENDER_NOT_ALLOWED(
            550,
            "5.7.1",
            "Sender address not allowed for this login",
            "the user who has logged in may not write as the From address, or as somebody whom a program may show"),
    NO_RECIPIENT_CERTIFICATE(
            550,
            "5.7.1",
            "Encryption is required and no usable certificate is known for this recipient",
            "encryption required, no usable certificate for the recipient"),
    ENCRYPTION_DOUBTFUL(
            550,
            "5.7.1",
            "Encryption is required and the encryption of this message is not accepted",
            "encryption required, and what the message came with may be no ciphertext,"
                    + " or leaves something readable beside it"),
    ENCRYPTED_FOR_OTHERS(
            550,
            "5.7.1",
            "Encryption is required and this message is not encrypted for this recipient",
            "encryption required, and the sender's ciphertext is for no usable certificate of the recipient"),
    SENDER_ENCRYPTION_REFUSED(
            550,
            "5.7.1",
            "Encryption is required and must be left to the gateway",
            "encryption required, and the policy takes no encryption of the sender's own"),
    AUTOMATIC_NOT_ENCRYPTED(
            550,
            "5.7.1",
            "Encryption is required of automatic messages too, and is not possible for this one",
            "encryption required, and an automatic message that no rule exempts cannot be encrypted"),
    RECIPIENT_CERTIFICATE_AWAITED(
            451,
            "4.7.1",
            "Encryption is required and no usable certificate is known yet for this recipient",
            "encryption required, no usable certificate for the recipient, and the policy says to wait for one"),
    READER_CERTIFICATE_MISSING(
            451,
            "4.7.5",
            "A certificate that encryption needs is not available now",
            "a reader whom encryptFor names has no usable certificate, or reads nothing of what the policy allows"),
    NO_SIGNING_KEY(
            550,
            "5.7.1",
            "A signature is required and cannot be made for this sender",
            "signature required, no usable key for the sender"),
    ORIGIN_MAY_NOT_SIGN(
            550,
            "5.7.1",
            "A signature is required and this message may not be signed",
            "signature required, but the origin may not submit for the single From address"),
    SUBJECT_SHOWN(
            550,
            "5.7.1",
            "The Subject must be hidden, and the encrypted message shows it",
            "the Subject shall be hidden, and the sender's own encryption leaves it readable outside"),
    ALGORITHM_NOT_ALLOWED(
            550, "5.7.6", "Cryptographic algorithm not supported", "no algorithm satisfies both policy and recipient"),
    SENDER_PROTECTION_WEAK(
            550,
            "5.7.6",
            "The signature or encryption of this message is weaker than required",
            "the sender's own signature or encryption is by a weaker algorithm than the policy asks"),
    TOO_MANY_COPIES(
            452,
            "4.5.3",
            "Too many recipients",
            "an encrypted message has more blind recipients than one message may have copies"),
    INVALID_SIGNATURE(550, "5.7.7", "Message integrity failure", "the signature of the message is not valid"),
    STRUCTURE_AMBIGUOUS(
            550,
            "5.7.1",
            "Not everybody can check the signature of this message, or may see what it covers",
            "a signature is required, and that of the message cannot be checked, or mail programs may disagree what it"
                    + " covers"),
    CONTENT_UNAUTHENTICATED(
            550,
            "5.7.7",
            "Message integrity failure",
            "content that neither a tag nor a valid signature protects from changes, or that a key does not open"),
    CONTENT_SUSPICIOUS(
            550,
            "5.7.7",
            "Message integrity failure",
            "content that a key does not open, or that looks as if somebody had changed its ciphertext on its way"),
    STORE_UNAVAILABLE(451, "4.7.5", "Cryptographic service not available now", "the certificate store did not answer"),
    CERTIFICATE_LOOKUP_FAILED(451, "4.7.5", "Certificate look-up failed", "a certificate look-up failed"),
    GROUP_LOOKUP_FAILED(
            451, "4.4.3", "Directory look-up failed", "whether somebody is in a group could not be found out"),
    SIGNATURE_REQUIRED(
            550,
            "5.7.1",
            "A valid S/MIME signature is required for this recipient",
            "a rule demands a valid signature of incoming mail"),
    ENCRYPTION_REQUIRED(
            550,
            "5.7.1",
            "S/MIME encryption is required for this recipient",
            "a rule demands that mail comes encrypted"),
    DEMAND_AWAITED(
            451,
            "4.7.1",
            "Message does not meet the policy of this recipient",
            "a rule defers what does not meet its demand"),
    CRYPTOGRAPHIC_FAILURE(451, "4.7.5", "Cryptographic operation failed", "signing or encrypting failed"),
    CONTENT_NOT_CONVERTIBLE(
            554,
            "5.6.3",
            "A signature is required and the content cannot be made 7-bit for it",
            "content that may not be converted to 7-bit, and so cannot be signed"),
    CHALLENGE_NOT_ANSWERED(
            451,
            "4.3.0",
            "The answer to this message could not be sent yet",
            "the message is the challenge of an ACME authority, and the next hop has refused our answer"),
    POLICY_DEFERRED(451, "4.7.1", "Message deferred by policy", "a rule of the policy defers this message"),
    CLEAR_CHANNEL_REFUSED(
            451,
            "4.7.10",
            "Encryption needed on the next hop",
            "an opened message may leave only to loopback or over verified TLS"),
    /**
     * The reason if a next hop no longer announces DSN, or something else that the opened message needs, or if the next
     * hop could not be asked before the message was opened.
     */
    OPENED_NEEDS_DSN(
            451,
            "4.7.10",
            "Encryption needed on the next hop",
            "an opened message may leave only to a next hop that announces DSN and takes all of it"),
    MESSAGE_TOO_BIG(552, "5.3.4", "Message too big", "message over the size limit"),
    LINE_TOO_LONG(550, "5.6.0", "Line too long", "a line is over the line limit"),
    BARE_LINE_END(550, "5.6.11", "Bare CR, LF or NUL is not allowed", "bare CR, bare LF or NUL in the message"),
    HEADER_TOO_BIG(550, "5.6.0", "Message header too big", "header section, a field or their number over its limit"),
    HEADER_MALFORMED(
            550,
            "5.6.0",
            "Message header malformed",
            "a signature or encryption is asked for, and a line of the header section is no field"),
    HEADER_NOT_PROTECTED(
            550,
            "5.6.0",
            "Message header cannot be protected",
            "the Subject shall be hidden, and the header fields cannot go into what is encrypted"),
    MIME_TOO_DEEP(550, "5.6.0", "MIME structure too deep", "MIME nesting over its limit"),
    TOO_MANY_PARTS(550, "5.6.0", "Too many MIME parts", "number of MIME parts over its limit"),
    MAIL_LOOP(
            554, "5.4.6", "Mail loop detected", "the message has been here as it is, or has too many Received fields"),
    TENANT_NOT_KNOWN(
            550,
            "5.7.1",
            "Relay access denied",
            "the listener serves one customer of a service, and the message does not show that customer's secret"),
    RELEASE_REFUSED(
            550,
            "5.7.1",
            "Not released",
            "what came to be released is no copy that this gateway may release,"
                    + " or the policy would hold the message again"),
    POISON(554, "5.6.0", "Message cannot be processed", "the process has ended each time this message was tried"),
    TURN_AWAITED(
            451,
            "4.3.0",
            "Service not available now",
            "messages that were on their way when the process ended go one by one,"
                    + " and this one's turn did not come in time"),
    PREPARATION_GIVEN_UP(
            451,
            "4.3.0",
            "Temporary failure",
            "a step of preparing the message did not end within limits.preparation, and it was given up"),
    TOO_MUCH_UNDER_WAY(
            452,
            "4.3.1",
            "Too much mail under way, try again later",
            "limits.octetsInFlight has no room for what is made of the message"),
    SMTPUTF8_NOT_SUPPORTED(
            550,
            "5.6.7",
            "Next hop does not support internationalised mail",
            "SMTPUTF8 message, next hop without SMTPUTF8"),
    EIGHT_BIT_NOT_SUPPORTED(
            554,
            "5.6.3",
            "Next hop does not support 8-bit content",
            "8-bit content that may not be converted, next hop without 8BITMIME"),
    NEXT_HOP_UNAVAILABLE(451, "4.4.1", "Next hop not available", "the next hop cannot be reached"),
    NULL_MX(556, "5.1.10", "Recipient domain takes no mail", "the recipient's domain has a null MX"),
    DOMAIN_UNKNOWN(
            550,
            "5.1.2",
            "Recipient domain not found",
            "the recipient's domain does not exist, or names nobody who takes its mail"),
    MX_LOOKUP_FAILED(
            451,
            "4.4.3",
            "Look-up of the recipient domain failed",
            "it is not known now where the recipient's domain takes mail"),
    MX_LEADS_HERE(554, "5.4.6", "Mail loop detected", "this gateway is the best MX of the recipient's domain"),
    NEXT_HOP_LOGIN_REFUSED(
            451, "4.3.5", "Next hop not available", "the next hop does not let us in with our name and password"),
    NEXT_HOP_BROKE_OFF(
            451, "4.4.2", "Connection to the next hop was lost", "the next hop broke off before its final reply"),
    NEXT_HOP_REFUSED(550, "5.0.0", "Refused by the next hop", "the next hop refused"),
    NEXT_HOP_DEFERRED(451, "4.0.0", "Deferred by the next hop", "the next hop deferred"),
    NOT_SENT_WITH_OTHERS(
            451,
            "4.3.0",
            "Not sent because another recipient failed",
            "one reply for all recipients, and another one failed"),
    REFUSED_WITH_OTHERS(
            550,
            "5.7.1",
            "Not sent because another recipient was refused",
            "another recipient cannot be encrypted to, and the rule says that nobody gets the message then"),
    AUDIT_UNAVAILABLE(451, "4.3.0", "Service not available now", "the audit log could not be written"),
    JOURNAL_UNAVAILABLE(
            451,
            "4.3.0",
            "Service not available now",
            "the journal could not be read or written, so that nobody knows whether the recipient has the message"),
    POLICY_OUTDATED(
            451,
            "4.3.0",
            "Service not available now",
            "another policy may count in the fleet by now, and the gateway does not know it"),
    INTERNAL_ERROR(451, "4.3.0", "Temporary failure", "an unexpected error, see the log");

    private final int code;
    private final String enhancedStatus;
    private final String publicText;
    private final String auditText;

    Reason(int code, String enhancedStatus, String publicText, String auditText) {
        this.code = code;
        this.enhancedStatus = enhancedStatus;
        this.publicText = publicText;
        this.auditText = auditText;
    }

    /** Returns the SMTP reply code, 4xx or 5xx. */
    public int code() {
        return code;
    }

    /** Returns the enhanced status code, which has the same class as {@link #code()}. */
    public String enhancedStatus() {
        return enhancedStatus;
    }

    /** Returns the text for the peer; ASCII, one line. */
    public String publicText() {
        return publicText;
    }

    /** Returns the text for the audit log. */
    public String auditText() {
        return auditText;
    }

    /** Returns true if the upstream MTA should try again. */
    public boolean isTemporary() {
        return code / 100 == 4;
    }
}
