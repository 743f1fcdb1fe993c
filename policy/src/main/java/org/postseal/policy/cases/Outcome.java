package org.postseal.policy.cases;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.HeaderSettings;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.yaml.Words;

/** The outcome of a policy for one recipient of a message, in the words of a case. Immutable. */
public final class Outcome {
    private final Map<OutcomeKey, String> values;
    private final List<String> steps;

    private final List<Setting> settings;

    private Outcome(Map<OutcomeKey, String> values, List<String> steps, List<Setting> settings) {
        this.values = new EnumMap<>(values);
        this.steps = List.copyOf(steps);
        this.settings = List.copyOf(settings);
    }

    public static Outcome of(Ruling ruling) {
        Map<OutcomeKey, String> values = new EnumMap<>(OutcomeKey.class);
        Explanation explanation = ruling.explanation();
        values.put(OutcomeKey.DIRECTION, Words.word(explanation.direction()));
        if (!explanation.rule().isEmpty()) {
            values.put(OutcomeKey.RULE, explanation.rule());
        }
        if (!explanation.mailboxPolicy().isEmpty()) {
            values.put(OutcomeKey.MAILBOX_POLICY, explanation.mailboxPolicy());
        }
        switch (ruling.decision()) {
            case Decision.Deliver(var incoming, var protection, var changes) -> {
                values.put(OutcomeKey.DECISION, "deliver");
                values.put(OutcomeKey.INCOMING, Words.word(incoming));
                put(values, protection);
                put(values, changes);
            }
            case Decision.Redirect(var quarantine, var reason) -> {
                values.put(OutcomeKey.DECISION, "redirect");
                values.put(OutcomeKey.REDIRECT_TO, quarantine.toString());
                values.put(OutcomeKey.REASON, reason.name());
            }
            case Decision.Answer _ -> values.put(OutcomeKey.DECISION, "answer");
            case Decision.Reject(var reason, var text, boolean forAll) -> {
                put(values, forAll ? "rejectAll" : "reject", reason, text);
            }
            case Decision.Defer(var reason, var text) -> put(values, "defer", reason, text);
        }
        ruling.notice().ifPresent(sender -> values.put(OutcomeKey.NOTICE, sender.toString()));
        return new Outcome(values, explanation.steps(), explanation.settings());
    }

    /**
     * Returns the outcome of a ruling together with the handling of the protection that the message came with.
     *
     * @param facts the facts that were ruled on
     * @param handling empty if nothing is done to the protection
     * @param left how the copy leaves; empty if there is none
     */
    public static Outcome of(Ruling ruling, Facts facts, Optional<Handling> handling, Optional<Handling.Left> left) {
        Outcome outcome = of(ruling);
        outcome.values.put(OutcomeKey.CAME, Words.word(came(facts)));
        left.ifPresent(how -> outcome.values.put(OutcomeKey.LEFT, Words.word(how)));
        if (facts.existing().content() != Facts.Content.CLEAR) {
            handling.ifPresent(done -> outcome.put(done, facts));
        }
        return outcome;
    }

    /** A record also tells apart what is CMS of another type. */
    private static Handling.Came came(Facts facts) {
        return switch (facts.content()) {
            case CLEAR -> Handling.Came.CLEAR;
            case SIGNED ->
                facts.message().parts().mediaType().startsWith("application/")
                        ? Handling.Came.SIGNED_DATA
                        : Handling.Came.CLEAR_SIGNED;
            case ENCRYPTED -> Handling.Came.ENCRYPTED;
            case OTHER_CMS -> Handling.Came.OTHER_CMS;
        };
    }

    private void put(Handling handling, Facts facts) {
        if (handling.done() == Handling.Done.KEPT_CLOSED) {
            values.computeIfPresent(
                    OutcomeKey.INCOMING,
                    (_, asked) -> asked.equals(Words.word(Decision.Incoming.OPEN))
                            ? Words.word(Decision.Incoming.VERIFY)
                            : asked);
        }
        values.put(OutcomeKey.DONE, Words.word(handling.done()));
        handling.closed().ifPresent(why -> values.put(OutcomeKey.CLOSED_BECAUSE, Words.word(why)));
        if (handling.done() == Handling.Done.OPENED) {
            facts.existing().cipher().ifPresent(cipher -> values.put(OutcomeKey.OPENED_WITH, cipher.word()));
        }
    }

    /** Returns the outcome of a message that the gateway refuses before it asks the policy. */
    public static Outcome refused(Reason reason, String detail) {
        Map<OutcomeKey, String> values = new EnumMap<>(OutcomeKey.class);
        put(values, reason.isTemporary() ? "defer" : "reject", reason, Optional.empty());
        return new Outcome(values, List.of("refused before the policy is asked: " + detail), List.of());
    }

    /** Returns a value; empty where it does not apply, such as the cipher of an outcome without encryption. */
    public Optional<String> value(OutcomeKey key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Returns all values by their words, in the order of {@link OutcomeKey}. */
    public Map<String, String> values() {
        Map<String, String> byWord = new LinkedHashMap<>();
        values.forEach((key, value) -> byWord.put(key.word(), value));
        return byWord;
    }

    /** Returns the settings that counted; none if no settings were asked for. */
    public List<Setting> settings() {
        return settings;
    }

    /** Returns the explanation, one sentence per step. */
    public List<String> steps() {
        return steps;
    }

    /**
     * Returns true if both outcomes treat the message alike. The rule, the direction and the mailbox policy do not
     * matter.
     */
    public boolean isTreatedLike(Outcome other) {
        return treatment().equals(other.treatment());
    }

    /** Returns one line such as {@code deliver, protection clear, incoming asReceived}. */
    public String summary() {
        Map<OutcomeKey, String> shown = treatment();
        return shown.entrySet().stream()
                .map(each -> (each.getKey() == OutcomeKey.DECISION
                                ? ""
                                : each.getKey().word() + " ")
                        + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private Map<OutcomeKey, String> treatment() {
        Map<OutcomeKey, String> treatment = new EnumMap<>(values);
        NO_TREATMENT.forEach(treatment::remove);
        return treatment;
    }

    private static void put(
            Map<OutcomeKey, String> values, String decision, Reason reason, Optional<RefusalText> text) {
        values.put(OutcomeKey.DECISION, decision);
        values.put(OutcomeKey.REASON, reason.name());
        values.put(
                OutcomeKey.REPLY,
                reason.code() + " " + reason.enhancedStatus() + " "
                        + text.map(RefusalText::line).orElseGet(reason::publicText));
    }

    private static void put(Map<OutcomeKey, String> values, Decision.Changes changes) {
        if (changes.strip()) {
            values.put(OutcomeKey.STRIP, "signature");
        }
        HeaderSettings headers = changes.protectedHeader();
        if (headers.hideSubject()) {
            values.put(
                    OutcomeKey.HEADER_PROTECTION,
                    headers.legacyDisplay() ? "hiddenSubject" : "hiddenSubjectWithoutLegacyDisplay");
        } else if (!headers.isProtected()) {
            values.put(OutcomeKey.HEADER_PROTECTION, "none");
        }
        String header = changes.header().stream()
                .map(Outcome::text)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(OutcomeKey.HEADER_SEPARATOR));
        if (!header.isEmpty()) {
            values.put(OutcomeKey.HEADER, header);
        }
    }

    /** Returns nothing if forged fields or tags are taken out and none is set. */
    private static String text(HeaderChange change) {
        return switch (change) {
            case HeaderChange.Remove(String name) -> "remove " + name;
            case HeaderChange.RemoveForged _ -> "";
            case HeaderChange.Add(String name, String body) -> "add " + name + ": " + body;
            case HeaderChange.UntagSubject(List<String> tags) -> "untag " + String.join(" ", tags);
            case HeaderChange.TagSubject(String tag, var _) -> tag.isEmpty() ? "" : "tag " + tag;
        };
    }

    private static void put(Map<OutcomeKey, String> values, Protection protection) {
        String word = switch (protection) {
            case Protection.Clear _ -> "clear";
            case Protection.Kept _ -> "kept";
            case Protection.Signed(var signing) -> {
                put(values, signing);
                yield "signed";
            }
            case Protection.Encrypted(var encryption) -> {
                put(values, encryption);
                yield "encrypted";
            }
            case Protection.SignedAndEncrypted(var signing, var encryption) -> {
                put(values, signing);
                put(values, encryption);
                yield "signedAndEncrypted";
            }
            case Protection.TripleWrapped(var signing, var encryption) -> {
                put(values, signing);
                put(values, encryption);
                yield "tripleWrapped";
            }
        };
        values.put(OutcomeKey.PROTECTION, word);
    }

    private static void put(Map<OutcomeKey, String> values, SigningSettings signing) {
        values.put(OutcomeKey.DIGEST, OutcomeKey.name(signing.digest()));
        values.put(OutcomeKey.PADDING, OutcomeKey.name(signing.padding()));
        values.put(OutcomeKey.SIGNED_FORM, signing.clear() ? "clear" : "opaque");
        if (signing.signer() != SigningSettings.Signer.OWN) {
            values.put(OutcomeKey.SIGNER, Words.word(signing.signer()));
        }
        if (signing.certificates() != SigningSettings.Certificates.CHAIN) {
            values.put(OutcomeKey.CERTIFICATES, Words.word(signing.certificates()));
        }
        if (!signing.capabilities()) {
            values.put(OutcomeKey.CAPABILITIES, "none");
        }
    }

    private static void put(Map<OutcomeKey, String> values, EncryptionSettings encryption) {
        values.put(OutcomeKey.CIPHER, OutcomeKey.name(encryption.cipher()));
        values.put(OutcomeKey.KEY_TRANSPORT, OutcomeKey.name(encryption.rsaKeyTransport()));
        if (encryption.keyIdentifier()) {
            values.put(OutcomeKey.RECIPIENTS_BY, "keyIdentifier");
        }
        if (encryption.mlKem() != EncryptionSettings.MlKem.BESIDE) {
            values.put(OutcomeKey.ML_KEM, encryption.mlKem().name().toLowerCase(Locale.ROOT));
        }
        if (!encryption.readers().isEmpty()) {
            values.put(
                    OutcomeKey.READERS,
                    encryption.readers().stream()
                            .map(MailAddress::toString)
                            .collect(Collectors.joining(OutcomeKey.READER_SEPARATOR)));
        }
    }

    // What left follows from the other values.
    private static final List<OutcomeKey> NO_TREATMENT =
            List.of(OutcomeKey.DIRECTION, OutcomeKey.RULE, OutcomeKey.MAILBOX_POLICY, OutcomeKey.CAME, OutcomeKey.LEFT);
}
