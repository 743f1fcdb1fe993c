package org.postseal.policy.reading;

import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.Names;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.wording.BuiltInWords;

/** Builds the part of {@link PolicySchema} that describes {@code words}. */
final class WordingSchema {
    private WordingSchema() {}

    static Schema words() {
        Schema.Mapping reasons = Schema.mapping();
        for (Reason reason : BuiltInWords.WORDED) {
            reasons = reasons.key(reason.name(), "In the place of: " + reason.publicText() + ".", TEXT);
        }
        Schema spoken = Schema.mapping()
                .key("senders", "Addresses, domains, *.domain and group:NAME.", Schema.oneOrMore(Schema.text()))
                .key("recipientDomains", "Domains of recipients.", Schema.oneOrMore(Schema.domain()))
                .schema();
        Schema notice = Schema.mapping()
                .required("subject", "The Subject of the notice.", Schema.text())
                .required("body", "The text of the notice.", Schema.text())
                .schema();
        return Schema.mapping()
                .required("contact", "Whom to ask: one line of ASCII.", Schema.text())
                .key("default", "The languages of everybody else.", Schema.oneOrMore(Schema.text(LANGUAGE)))
                .key("languages", "Who speaks which language.", Schema.named(LANGUAGE, spoken))
                .key("reasons", "Texts of replies by reason.", reasons.schema())
                .key("texts", "Texts of replies that a rule names.", Schema.named(Names.WHOLE, TEXT))
                .key("notice", "The notice about mail that is held back.", Schema.named(LANGUAGE, notice))
                .key("utf8Replies", "Whether a client that says SMTPUTF8 gets more than ASCII.", Schema.bool())
                .schema();
    }

    /** Returns the schema of a text by language, to which several places refer. */
    static Schema text() {
        return Schema.named(LANGUAGE, Schema.text());
    }

    static final String NAME = "wording";
    private static final String LANGUAGE = "^[a-z]{2,3}$";
    private static final Schema TEXT = Schema.definition(NAME);
}
