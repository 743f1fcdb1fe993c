package org.postseal.policy.telling;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.Level;
import org.postseal.policy.settings.Settings;

/** Describes a rule's action in clauses for people. */
final class ActionWords {
    private ActionWords() {}

    static List<String> of(Rule rule) {
        List<String> words = new ArrayList<>();
        switch (rule.action()) {
            case Action.ByMailboxPolicy() ->
                words.add("as the sender's mailbox policy says; what comes in is opened and verified");
            case Action.Reject(var text) -> words.add("is refused" + said(text));
            case Action.Defer(var text) -> words.add("is deferred" + said(text));
            case Action.Redirect(var quarantine) -> words.add("goes to " + quarantine + " in place of the recipient");
            case Action.Protect protect -> protect(protect, words);
        }
        settings(rule).given().forEach(setting -> words.add(setting.name() + ": " + setting.value()));
        if (rule.notice()) {
            words.add("the sender is told of a redirection");
        }
        return words;
    }

    // These settings start from the built-in ones, so every setting that was given is the rule's own.
    private static Settings settings(Rule rule) {
        return rule.action() instanceof Action.Protect protect
                ? Settings.BUILT_IN.with(protect.settings(), Level.rule(rule.id()))
                : Settings.BUILT_IN;
    }

    private static void protect(Action.Protect protect, List<String> words) {
        protect.sign().ifPresent(demand -> words.add(demand("signed", demand)));
        protect.encrypt().ifPresent(demand -> words.add(demand("encrypted", demand)));
        protect.decrypt().ifPresent(wanted -> words.add(wanted ? "is opened if possible" : "is not opened"));
        protect.verify()
                .ifPresent(wanted -> words.add(wanted ? "its signature is verified" : "its signature is not verified"));
        protect.onMissingCertificate()
                .ifPresent(outcome -> words.add("without a certificate of the recipient, " + outcome(outcome)));
        if (!protect.onLookupFailure().equals(new OnFailure.TryLater())) {
            words.add("if a look-up fails, " + outcome(protect.onLookupFailure()));
        }
        protect.onInvalidSignature().ifPresent(outcome -> words.add("with an invalid signature, " + outcome(outcome)));
        protect.onWeakProtection()
                .ifPresent(outcome -> words.add("when its own protection is too weak, " + outcome(outcome)));
        Action.Inbound inbound = protect.inbound();
        inbound.onUnsigned()
                .ifPresent(outcome -> words.add("must come with a valid signature, else " + outcome(outcome)));
        inbound.onUnencrypted().ifPresent(outcome -> words.add("must come encrypted, else " + outcome(outcome)));
        inbound.onUnauthenticated()
                .ifPresent(outcome -> words.add("if it is not opened, or not proved unchanged, " + outcome(outcome)));
        inbound.onSuspicious()
                .ifPresent(outcome -> words.add("if it is not opened, or looks changed, " + outcome(outcome)));
        if (inbound.strip()) {
            words.add("a valid signature is taken off");
        }
        protect.header().changes().forEach(change -> words.add(change(change)));
        protect.header()
                .tags()
                .forEach((verdict, tag) -> words.add("with a signature that is "
                        + org.postseal.policy.yaml.Words.word(verdict) + ", the Subject begins with “" + tag + "”"));
    }

    private static String demand(String done, Demand demand) {
        return switch (demand) {
            case REQUIRED -> "must be " + done;
            case IF_POSSIBLE -> "is " + done + " if possible";
            case NEVER -> "is not " + done + ", unless a level requires it";
        };
    }

    private static String outcome(OnFailure outcome) {
        return switch (outcome) {
            case OnFailure.Refuse(var text) -> "it is refused" + said(text);
            case OnFailure.RefuseAll(var text) -> "it is refused for all recipients" + said(text);
            case OnFailure.TryLater(var text) -> "it is deferred" + said(text);
            case OnFailure.SendTo(var quarantine) -> "it goes to " + quarantine;
            case OnFailure.DeliverAnyway() -> "it is delivered all the same";
            case OnFailure.LeaveClosed() -> "it is delivered as it came, not opened";
            case OnFailure.SendSigned() -> "it is sent signed, for anybody to read";
        };
    }

    private static String said(Optional<RefusalText> text) {
        return text.map(own -> ": “" + own.line() + "”").orElse("");
    }

    private static String change(HeaderChange change) {
        return switch (change) {
            case HeaderChange.Remove(String name) -> "field " + name + " is removed";
            case HeaderChange.RemoveForged(String name) -> "field " + name + " of mail that comes in is removed";
            case HeaderChange.Add(String name, String body) -> "field " + name + " is added: “" + body + "”";
            case HeaderChange.UntagSubject(List<String> tags) ->
                String.join(" and ", tags.stream().map(tag -> "“" + tag + "”").toList()) + " is taken off the Subject";
            case HeaderChange.TagSubject(String tag, var _) -> "the Subject begins with “" + tag + "”";
        };
    }
}
