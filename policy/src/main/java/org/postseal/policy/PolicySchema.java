package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.postseal.policy.MailboxPolicy.Require;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.Words;

/**
 * The policy language as a JSON Schema, for editors. Words come from the types that the reader takes them from; a key is one line here, and a test compares the
 * keys with those that the reader asks for. What only a whole policy can show (a group that is not there, a level that weakens) is for {@code check}.
 */
public final class PolicySchema {
    private PolicySchema() {}

    /** The schema: maps, lists, text, numbers and truth values, ready to be written as JSON. */
    public static Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.put("title", "Policy of Postseal");
        json.putAll(root().json());
        return json;
    }

    private static Schema root() {
        return Schema.mapping()
                .required("version", "The version of the language.", Schema.constant(1))
                .required("internal", "Our own domains; they decide the direction.", Schema.oneOrMore(domain()))
                .key("quarantine", "An internal address, for redirect.", Schema.text(ADDRESS))
                .key(
                        "groups",
                        "Lists of addresses, used as group:NAME.",
                        Schema.named(NAME, Schema.oneOrMore(Schema.text(ADDRESS))))
                .key(
                        "mailboxPolicies",
                        "What our senders' mail needs; default is for everybody.",
                        Schema.named(NAME, mailboxPolicy()))
                .key("smime", "Parameters of Exchange's Set-SmimeConfig.", smime())
                .required(
                        "rules",
                        "The first rule that matches decides; the last must be when: always.",
                        Schema.list(rule()))
                .schema();
    }

    private static Schema mailboxPolicy() {
        return algorithms(Schema.mapping(), SignedAlgorithm.WORDS, EncryptionAlgorithm.WORDS)
                .key(Require.MESSAGES_SIGNED.word(), "Every message is signed.", Schema.bool())
                .key(Require.MESSAGES_ENCRYPTED.word(), "Every message is encrypted, or not sent.", Schema.bool())
                .key(
                        "AllowSMIMEEncryptionAlgorithmNegotiation",
                        "What may be used for a recipient who does not read the named cipher.",
                        Schema.word(MailboxPolicyReader.NEGOTIATION.keySet()))
                .key("AllowSMIMESoftCerts", "false: only a key in a hardware token signs.", Schema.bool())
                .key(
                        "enforcement",
                        "minimum: named algorithms are the least that will do; exact: those.",
                        Schema.word(Words.of(MailboxPolicy.Enforcement.class).keySet()))
                .key("allowLegacyAlgorithms", "Whether old algorithms may be made anew.", Schema.bool())
                .key("extends", "The mailbox policy whose settings come before.", Schema.text())
                .key("appliesTo", "Addresses, domains, *.domain and group:NAME.", Schema.oneOrMore(Schema.text()))
                .key(
                        "mayWeaken",
                        "Which of this policy's requirements others may weaken.",
                        Schema.oneOrMore(Schema.word(
                                Stream.of(Require.values()).map(Require::word).toList())))
                .schema();
    }

    /** Algorithms may be named by a mailbox policy and by a rule. */
    private static Schema.Mapping algorithms(
            Schema.Mapping mapping, Map<String, SignedAlgorithm> signed, Map<String, EncryptionAlgorithm> encryption) {
        return mapping.key(Require.SIGNED_ALGORITHM.word(), "The digest of signatures.", Schema.word(signed.keySet()))
                .key(
                        Require.ENCRYPTION_ALGORITHM.word(),
                        "The cipher of the content.",
                        Schema.word(encryption.keySet()))
                .key(
                        "RSAKeyTransport",
                        "How content keys reach RSA keys.",
                        Schema.word(MailboxPolicyReader.KEY_TRANSPORT.keySet()))
                .key("RSASignaturePadding", "How RSA keys sign.", Schema.word(MailboxPolicyReader.PADDING.keySet()));
    }

    private static Schema smime() {
        Schema.Mapping mapping = Schema.mapping();
        for (SmimeReader.Parameter parameter : SmimeReader.PARAMETERS) {
            mapping = mapping.key(
                    parameter.name(),
                    "As Set-SmimeConfig has it.",
                    switch (parameter.type()) {
                        case BOOLEAN -> Schema.bool();
                        case FORKING -> Schema.integer(0, 2);
                        case MILLISECONDS -> Schema.integer(1, 4_294_967_295L);
                        case ALGORITHMS, TEXT -> Schema.text();
                    });
        }
        return mapping.schema();
    }

    private static Schema rule() {
        return Schema.mapping()
                .required("id", "The name in the audit log.", Schema.text(NAME))
                .required(
                        "when",
                        "Conditions that must all hold, or always.",
                        Schema.anyOf(Schema.constant("always"), when()))
                .required(
                        "then",
                        "What happens.",
                        Schema.anyOf(
                                Schema.word(
                                        Words.of(RuleReader.SimpleAction.class).keySet()),
                                then()))
                .schema();
    }

    private static Schema when() {
        return Schema.mapping()
                .key("direction", "Where the message goes for this recipient.", anyOf(Direction.class))
                .key("sender", "Addresses or group:NAME.", Schema.oneOrMore(Schema.text()))
                .key("senderDomain", "Domains or *.domain.", Schema.oneOrMore(domain()))
                .key("recipient", "Addresses or group:NAME.", Schema.oneOrMore(Schema.text()))
                .key("recipientDomain", "Domains or *.domain.", Schema.oneOrMore(domain()))
                .key(
                        "header",
                        "Any of these header fields.",
                        Schema.oneOrMore(texts(Schema.mapping().required("name", "The field.", Schema.text()))
                                .schema()))
                .key(
                        "subject",
                        "Text in the subject.",
                        Schema.oneOrMore(Schema.anyOf(
                                Schema.text(), texts(Schema.mapping()).schema())))
                .key("kind", "Ordinary mail, or mail that no rule touches unless it names it.", anyOf(Facts.Kind.class))
                .key("content", "What the message came as.", anyOf(Facts.Content.class))
                .key("signature", "The verdict on its signature.", anyOf(Facts.Signature.class))
                .schema();
    }

    private static Schema.Mapping texts(Schema.Mapping mapping) {
        return mapping.key("contains", "Any of these texts is in it.", Schema.oneOrMore(Schema.text()))
                .key("equals", "It is one of these texts.", Schema.oneOrMore(Schema.text()))
                .key("wildcard", "All of it matches one of these; * and ? are wild.", Schema.oneOrMore(Schema.text()))
                .key("matches", "One of these regular expressions is found in it.", Schema.oneOrMore(Schema.text()));
    }

    private static Schema then() {
        Schema nothing = Schema.mapping().schema();
        return algorithms(Schema.mapping(), RuleReader.SIGNED, RuleReader.ENCRYPTION)
                .key(
                        "sign",
                        "Whether to sign.",
                        Schema.word(Words.of(Action.Demand.class).keySet()))
                .key(
                        "encrypt",
                        "Whether to encrypt.",
                        Schema.word(Words.of(Action.Demand.class).keySet()))
                .key("decrypt", "Whether to open what we have a key for.", Schema.word(RuleReader.WHETHER.keySet()))
                .key("verify", "Whether to verify signatures.", Schema.word(RuleReader.WHETHER.keySet()))
                .key(
                        "onMissingCertificate",
                        "What to do without a usable certificate where encryption is required.",
                        onFailure(RuleReader.ON_MISSING))
                .key(
                        "onLookupFailure",
                        "What to do when certificates cannot be looked up.",
                        onFailure(RuleReader.ON_LOOKUP))
                .key("onInvalidSignature", "What to do with an invalid signature.", onFailure(RuleReader.ON_INVALID))
                .key("reject", "Refuse; stands alone.", nothing)
                .key("defer", "Put off; stands alone.", nothing)
                .key("redirect", "Deliver as it came to this internal address; stands alone.", Schema.text(ADDRESS))
                .schema();
    }

    private static Schema onFailure(Map<String, ?> words) {
        return Schema.anyOf(
                Schema.word(words.keySet()),
                Schema.mapping()
                        .required("redirect", "An internal address.", Schema.text(ADDRESS))
                        .schema());
    }

    private static <E extends Enum<E>> Schema anyOf(Class<E> type) {
        return Schema.oneOrMore(Schema.word(Words.of(type).keySet()));
    }

    private static Schema domain() {
        return Schema.text("^(\\*\\.)?[^@*\\s]+$");
    }

    private static final String NAME = "^" + PolicyReader.NAME.pattern() + "$";
    private static final String ADDRESS = "@";
}
