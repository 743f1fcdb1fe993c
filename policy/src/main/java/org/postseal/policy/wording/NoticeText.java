package org.postseal.policy.wording;

/** Holds the templates of a notice to a sender. */
public record NoticeText(Template subject, Template body) {
    static NoticeText builtIn(String subject, String... body) {
        return new NoticeText(Template.builtIn(subject), Template.builtIn(String.join("\n", body)));
    }
}
