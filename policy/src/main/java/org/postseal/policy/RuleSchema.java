package org.postseal.policy;

import java.time.DayOfWeek;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.Words;

/** What {@link PolicySchema} says of {@code rules}. */
final class RuleSchema {
    private RuleSchema() {}

    static Schema rule() {
        return Schema.mapping()
                .required("id", "The name in the audit log.", Schema.text(PolicySchema.NAME))
                .required(
                        "when",
                        "Conditions that must all hold, or always.",
                        Schema.anyOf(Schema.constant("always"), WHEN))
                .key("unless", "The exception: conditions that must not all hold.", WHEN)
                .required(
                        "then",
                        "What happens.",
                        Schema.anyOf(
                                Schema.word(Words.of(ActionReader.SimpleAction.class)
                                        .keySet()),
                                then()))
                .schema();
    }

    /** What is referred to from several places, by name. */
    static Map<String, Schema> definitions() {
        Map<String, Schema> definitions = new LinkedHashMap<>();
        definitions.put("texts", Schema.oneOrMore(Schema.text()));
        definitions.put("domains", Schema.oneOrMore(PolicySchema.domain()));
        definitions.put(
                "tests",
                Schema.oneOrMore(
                        Schema.anyOf(Schema.text(), texts(Schema.mapping()).schema())));
        definitions.put("when", when());
        return definitions;
    }

    private static Schema when() {
        return Schema.mapping()
                .key("direction", "Where the message goes for this recipient.", anyOf(Direction.class))
                .key("sender", "Addresses or group:NAME.", TEXTS)
                .key("senderDomain", "Domains or *.domain.", DOMAINS)
                .key("recipient", "Addresses or group:NAME.", TEXTS)
                .key("recipientDomain", "Domains or *.domain.", DOMAINS)
                .key(
                        "header",
                        "Any of these header fields.",
                        Schema.oneOrMore(texts(Schema.mapping().required("name", "The field.", Schema.text()))
                                .schema()))
                .key("subject", "Text in the subject.", TESTS)
                .key("kind", "Ordinary mail, or mail that no rule touches unless it names it.", anyOf(Facts.Kind.class))
                .key("trait", "What else the message is.", anyOf(Facts.Trait.class))
                .key("content", "What the message came as.", anyOf(Facts.Content.class))
                .key("signature", "The verdict on its signature.", anyOf(Facts.Signature.class))
                .key("signedBy", "Addresses, domains, *.domain or group:NAME of a valid signature.", TEXTS)
                .key("signerIssuer", "Text in the issuer of a valid signature's certificate.", TESTS)
                .key("signedWith", "The weakest digest of the signature.", anyOf(SignedAlgorithm.WORDS.keySet()))
                .key("encryptedWith", "The cipher it came with.", anyOf(EncryptionAlgorithm.WORDS.keySet()))
                .key("suspicious", "Whether what was opened looks changed on its way.", Schema.bool())
                .key("size", "Octets as received.", size())
                .key("contentType", "Media types; image/* is every subtype.", Schema.oneOrMore(Schema.text("/")))
                .key("tls", "The peer's connection.", tls())
                .key(
                        "authenticated",
                        "Whether the peer has proved a name, or which.",
                        Schema.anyOf(Schema.bool(), TEXTS))
                .key("peer", "IP addresses and ranges of the client.", TEXTS)
                .key("time", "Any of these times.", Schema.oneOrMore(time()))
                .key("visible", "Whether To or Cc names the recipient.", Schema.bool())
                .schema();
    }

    private static Schema size() {
        String octets = "^(" + CircumstanceReader.SIZE.pattern() + ")$";
        return Schema.mapping()
                .key("over", "More octets than this, such as 512K.", Schema.text(octets))
                .key("under", "Fewer octets than this, such as 10M.", Schema.text(octets))
                .schema();
    }

    private static Schema tls() {
        return Schema.anyOf(
                Schema.word(CircumstanceReader.TLS.keySet()),
                Schema.mapping()
                        .key("least", "The oldest version.", Schema.word(CircumstanceReader.VERSIONS.keySet()))
                        .key("verified", "With a certificate of the peer that was verified.", Schema.bool())
                        .schema());
    }

    private static Schema time() {
        return Schema.mapping()
                .required("zone", "Whose clocks, such as Europe/Vienna.", Schema.text())
                .key("days", "On which days it begins.", anyOf(DayOfWeek.class))
                .key("from", "The first moment, such as 08:00.", Schema.text())
                .key("to", "When it is over, such as 18:00.", Schema.text())
                .key("after", "The first day, such as 2026-12-31.", Schema.text())
                .key("before", "The day on which it is over.", Schema.text())
                .schema();
    }

    private static Schema.Mapping texts(Schema.Mapping mapping) {
        return mapping.key("contains", "Any of these texts is in it.", TEXTS)
                .key("equals", "It is one of these texts.", TEXTS)
                .key("wildcard", "All of it matches one of these; * and ? are wild.", TEXTS)
                .key("matches", "One of these regular expressions is found in it.", TEXTS);
    }

    private static Schema then() {
        Schema reply = Schema.mapping()
                .key("text", "One line of ASCII for the reply.", Schema.text())
                .schema();
        return settings()
                .key(
                        "sign",
                        "Whether to sign.",
                        Schema.word(Words.of(Action.Demand.class).keySet()))
                .key(
                        "encrypt",
                        "Whether to encrypt.",
                        Schema.word(Words.of(Action.Demand.class).keySet()))
                .key("decrypt", "Whether to open what we have a key for.", Schema.word(ActionReader.WHETHER.keySet()))
                .key("verify", "Whether to verify signatures.", Schema.word(ActionReader.WHETHER.keySet()))
                .key(
                        "onMissingCertificate",
                        "What to do without a usable certificate.",
                        onFailure(FailureReader.ON_MISSING))
                .key(
                        "onLookupFailure",
                        "What to do when certificates cannot be looked up.",
                        onFailure(FailureReader.ON_LOOKUP))
                .key("onInvalidSignature", "What to do with an invalid signature.", onFailure(FailureReader.ON_INVALID))
                .key(
                        "onWeakProtection",
                        "What to do when the sender's own protection is weaker than asked.",
                        onFailure(FailureReader.ON_WEAK))
                .key("requireSigned", "Inbound mail must have a valid signature.", Schema.bool())
                .key("onUnsigned", "What to do when it has none.", onFailure(FailureReader.ON_UNMET))
                .key("requireEncrypted", "Inbound mail must come encrypted.", Schema.bool())
                .key("onUnencrypted", "What to do when it does not.", onFailure(FailureReader.ON_UNMET))
                .key(
                        "onUnauthenticated",
                        "What to do when opened mail might have been changed on its way.",
                        onFailure(FailureReader.ON_UNAUTHENTICATED))
                .key(
                        "onSuspicious",
                        "What to do when opened mail looks changed on its way.",
                        onFailure(FailureReader.ON_UNAUTHENTICATED))
                .key("strip", "Take a valid signature off.", Schema.bool())
                .key("removeHeader", "Fields to remove.", TEXTS)
                .key("addHeader", "Fields to add.", Schema.oneOrMore(field()))
                .key(
                        "subjectTag",
                        "Text before the subject, one for all or by verdict.",
                        Schema.anyOf(Schema.text(), tags()))
                .key(
                        "notify",
                        "Who is told of a refused or redirected message.",
                        Schema.word(ActionReader.NOTIFY.keySet()))
                .key("reject", "Refuse; stands alone, or with notify.", reply)
                .key("defer", "Put off; stands alone, or with notify.", reply)
                .key(
                        "redirect",
                        "Deliver as it came to this internal address; stands alone, or with notify.",
                        Schema.text(PolicySchema.ADDRESS))
                .schema();
    }

    private static Schema.Mapping settings() {
        Schema.Mapping mapping = Schema.mapping();
        for (MailboxParameter<?> parameter : RuleSettings.ALLOWED) {
            mapping = mapping.key(
                    parameter.name(),
                    parameter.meaning(),
                    parameter == MailboxParameter.SIGNED_ALGORITHM
                            ? Schema.word(RuleSettings.SIGNED.keySet())
                            : parameter == MailboxParameter.ENCRYPTION_ALGORITHM
                                    ? Schema.word(RuleSettings.ENCRYPTION.keySet())
                                    : parameter.schema());
        }
        return mapping;
    }

    private static Schema field() {
        return Schema.mapping()
                .required("name", "The field.", Schema.text())
                .required("value", "One line of ASCII.", Schema.text())
                .schema();
    }

    private static Schema tags() {
        Schema.Mapping mapping = Schema.mapping();
        for (String verdict : Words.of(Facts.Signature.class).keySet()) {
            mapping = mapping.key(verdict, "The tag for this verdict.", Schema.text());
        }
        return mapping.schema();
    }

    private static Schema onFailure(Map<String, ?> words) {
        return Schema.anyOf(
                Schema.word(words.keySet()),
                Schema.mapping()
                        .required("redirect", "An internal address.", Schema.text(PolicySchema.ADDRESS))
                        .schema());
    }

    private static <E extends Enum<E>> Schema anyOf(Class<E> type) {
        return anyOf(Words.of(type).keySet());
    }

    private static Schema anyOf(Collection<String> words) {
        return Schema.oneOrMore(Schema.word(words));
    }

    private static final Schema TEXTS = Schema.definition("texts");
    private static final Schema DOMAINS = Schema.definition("domains");
    private static final Schema TESTS = Schema.definition("tests");
    private static final Schema WHEN = Schema.definition("when");
}
