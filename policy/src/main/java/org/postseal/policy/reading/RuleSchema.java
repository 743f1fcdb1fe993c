package org.postseal.policy.reading;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.policy.condition.ConditionForm;
import org.postseal.policy.condition.ConditionReader;
import org.postseal.policy.condition.ConditionType;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.TextTestReader;
import org.postseal.policy.people.Names;
import org.postseal.policy.rule.Action;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.yaml.Words;

/** Builds the part of {@link PolicySchema} that describes {@code rules}. */
final class RuleSchema {
    private RuleSchema() {}

    static Schema rule() {
        return Schema.mapping()
                .required("id", "The name in the audit log.", Schema.text(Names.WHOLE))
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

    /** Returns the schemas that several places refer to by name. */
    static Map<String, Schema> definitions() {
        Map<String, Schema> definitions = new LinkedHashMap<>();
        definitions.put("texts", Schema.oneOrMore(Schema.text()));
        definitions.put("domains", Schema.oneOrMore(Schema.domain()));
        definitions.put(
                "tests",
                Schema.oneOrMore(Schema.anyOf(
                        Schema.text(), TextTestReader.schema(Schema.mapping()).schema())));
        definitions.put("when", when());
        definitions.put(
                "reply",
                Schema.mapping()
                        .key("text", "The name of a text in words.texts, or one line of ASCII.", Schema.text())
                        .schema());
        definitions.put(WordingSchema.NAME, WordingSchema.text());
        return definitions;
    }

    private static Schema when() {
        Schema.Mapping when = Schema.mapping();
        for (ConditionType type : ConditionReader.TYPES) {
            when = when.key(type.key(), type.meaning(), type.form().schema());
        }
        return when.schema();
    }

    private static Schema then() {
        return settings(RuleSettings.ALLOWED)
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
                        "What to do when mail might have been changed on its way, or a key does not open it.",
                        onFailure(FailureReader.ON_UNAUTHENTICATED))
                .key(
                        "onSuspicious",
                        "What to do when mail looks changed on its way, or a key does not open it.",
                        onFailure(FailureReader.ON_UNAUTHENTICATED))
                .key("strip", "Take a valid signature off.", Schema.bool())
                .key("removeHeader", "Fields to remove.", ConditionForm.TEXTS)
                .key("addHeader", "Fields to add.", Schema.oneOrMore(field()))
                .key("removeSubjectTag", "Texts to take off the subject.", ConditionForm.TEXTS)
                .key(
                        "subjectTag",
                        "Text before the subject, one for all or by verdict.",
                        Schema.anyOf(Schema.text(), tags()))
                .key("notify", "Who is told of a redirected message.", Schema.word(ActionReader.NOTIFY.keySet()))
                .key("reject", "Refuse; stands alone, or with notify.", REPLY)
                .key("defer", "Put off; stands alone, or with notify.", REPLY)
                .key(
                        "redirect",
                        "Deliver as it came to this internal address; stands alone, or with notify.",
                        Schema.address())
                .schema();
    }

    /** Returns the schema of a mapping with these settings, as {@link RuleSettings} reads them. */
    static Schema.Mapping settings(List<MailboxParameter<?>> allowed) {
        Schema.Mapping mapping = Schema.mapping();
        for (MailboxParameter<?> parameter : allowed) {
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
        List<Schema> forms = new ArrayList<>(List.of(
                Schema.word(words.keySet()),
                Schema.mapping()
                        .required("redirect", "An internal address.", Schema.address())
                        .schema()));
        for (String reply : List.of("reject", "rejectAll", "defer")) {
            if (words.containsKey(reply)) {
                forms.add(Schema.mapping()
                        .required(reply, "Answer in these words.", REPLY)
                        .schema());
            }
        }
        return Schema.anyOf(forms.toArray(Schema[]::new));
    }

    private static final Schema WHEN = Schema.definition("when");
    private static final Schema REPLY = Schema.definition("reply");
}
