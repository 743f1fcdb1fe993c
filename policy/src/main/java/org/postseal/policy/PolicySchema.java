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
        Map<String, Object> definitions = new LinkedHashMap<>();
        RuleSchema.definitions().forEach((name, schema) -> definitions.put(name, schema.json()));
        json.put("$defs", definitions);
        return json;
    }

    private static Schema root() {
        return Schema.mapping()
                .required("version", "The version of the language.", Schema.constant(1))
                .required("internal", "Our own domains; they decide the direction.", Schema.oneOrMore(domain()))
                .key("quarantine", "An internal address, for redirect.", Schema.text(ADDRESS))
                .key(
                        "groups",
                        "Lists of addresses, or groups of a directory server, used as group:NAME.",
                        Schema.named(NAME, Schema.anyOf(Schema.oneOrMore(Schema.text(ADDRESS)), group())))
                .key(
                        "mailboxPolicies",
                        "What our senders' mail needs; default is for everybody.",
                        Schema.named(NAME, mailboxPolicy()))
                .key("smime", "Parameters of Exchange's Set-SmimeConfig.", smime())
                .required(
                        "rules",
                        "The first rule that matches decides; the last must be when: always.",
                        Schema.list(RuleSchema.rule()))
                .schema();
    }

    private static Schema group() {
        return Schema.anyOf(
                Schema.mapping()
                        .required("members", "Addresses.", Schema.oneOrMore(Schema.text(ADDRESS)))
                        .schema(),
                Schema.mapping()
                        .required(
                                "ldap", "The group's entry: its distinguished name or its mail address.", Schema.text())
                        .required(
                                "server", "The server that is asked, by its name in directory.ldap.", Schema.text(NAME))
                        .schema());
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
    static Schema.Mapping algorithms(
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

    /** A domain or {@code *.domain}. */
    static Schema domain() {
        return Schema.text("^(\\*\\.)?[^@*\\s]+$");
    }

    static final String NAME = "^" + PolicyReader.NAME.pattern() + "$";
    static final String ADDRESS = "@";
}
