package org.postseal.policy.reading;

import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.policy.people.Names;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicyReader;
import org.postseal.policy.settings.Partners;
import org.postseal.policy.settings.Profile;
import org.postseal.policy.settings.SmimeParameter;

/**
 * The policy language as a JSON Schema, for editors. Conditions and mailbox parameters describe themselves, and words
 * come from the types from which the reader takes them. A test compares the keys with those that the reader asks for.
 * Only {@code check} finds what shows in the whole policy: a group that is missing, or a level that weakens.
 */
public final class PolicySchema {
    private PolicySchema() {}

    /** Returns the schema as maps, lists, text, numbers and truth values, ready to be written as JSON. */
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
                .required("internal", "Our own domains; they decide the direction.", Schema.oneOrMore(Schema.domain()))
                .key("quarantine", "An internal address, for redirect.", Schema.address())
                .key(
                        "groups",
                        "Lists of addresses, or groups of a directory server, used as group:NAME.",
                        Schema.named(Names.WHOLE, Schema.anyOf(Schema.oneOrMore(Schema.address()), group())))
                .key(
                        "mailboxPolicies",
                        "What our senders' mail needs; default is for everybody.",
                        Schema.named(Names.WHOLE, mailboxPolicy()))
                .key(
                        "partners",
                        "What people outside read, and what is read of theirs.",
                        Schema.named(Names.WHOLE, partner()))
                .key(
                        "trustedAuthservIds",
                        "Our mail servers whose results of DMARC are believed, as they name themselves.",
                        Schema.oneOrMore(Schema.text()))
                .key("smime", "Parameters of Exchange's Set-SmimeConfig.", smime())
                .key("words", "What a sender reads whose mail is refused or held back.", WordingSchema.words())
                .required(
                        "rules",
                        "The first rule that matches decides; the last must be when: always.",
                        Schema.list(RuleSchema.rule()))
                .schema();
    }

    private static Schema group() {
        return Schema.anyOf(
                Schema.mapping()
                        .required("members", "Addresses.", Schema.oneOrMore(Schema.address()))
                        .schema(),
                Schema.mapping()
                        .required(
                                "ldap", "The group's entry: its distinguished name or its mail address.", Schema.text())
                        .required(
                                "server",
                                "The server that is asked, by its name in directory.ldap.",
                                Schema.text(Names.WHOLE))
                        .schema());
    }

    private static Schema mailboxPolicy() {
        Schema.Mapping sizes = Schema.mapping();
        Schema.Mapping mapping = Schema.mapping()
                .key("extends", "The mailbox policy whose settings come before.", Schema.text())
                .key("appliesTo", "Addresses, domains, *.domain and group:NAME.", Schema.oneOrMore(Schema.text()))
                .key("profile", "A named set of values, for what is not written.", Schema.word(Profile.WORDS.keySet()))
                .key(
                        "mayWeaken",
                        "Which of this policy's requirements others may weaken.",
                        Schema.oneOrMore(Schema.word(MailboxParameter.all().stream()
                                .filter(MailboxParameter::addsUp)
                                .map(MailboxParameter::name)
                                .toList())));
        for (MailboxParameter<?> parameter : MailboxParameter.all()) {
            int dot = parameter.name().indexOf('.');
            if (dot < 0) {
                mapping = mapping.key(parameter.name(), parameter.meaning(), parameter.schema());
            } else {
                sizes = sizes.key(parameter.name().substring(dot + 1), parameter.meaning(), parameter.schema());
            }
        }
        return mapping.key(MailboxPolicyReader.SIZES, "The least key sizes, in bits.", sizes.schema())
                .schema();
    }

    private static Schema partner() {
        return RuleSchema.settings(Partners.SETTABLE)
                .required("appliesTo", "Addresses, domains and *.domain outside.", Schema.oneOrMore(Schema.text()))
                .schema();
    }

    private static Schema smime() {
        Schema.Mapping mapping = Schema.mapping();
        for (SmimeParameter parameter : SmimeParameter.values()) {
            mapping = mapping.key(
                    parameter.parameter(),
                    parameter.meaning(),
                    switch (parameter.type()) {
                        case BOOLEAN -> Schema.bool();
                        case FORKING -> Schema.integer(0, 2);
                        case FORKS -> Schema.integer(1, 1000);
                        case MILLISECONDS -> Schema.integer(1, 4_294_967_295L);
                        case CIPHERS, DIGESTS, ATTRIBUTES, STORE, TEXT -> Schema.text();
                    });
        }
        return mapping.schema();
    }
}
