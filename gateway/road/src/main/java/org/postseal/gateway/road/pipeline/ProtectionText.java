package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;

/** The words of the records for decisions, protections and verdicts. */
final class ProtectionText {
    private ProtectionText() {}

    /** The one word for what was decided. */
    static String word(Decision decision) {
        return switch (decision) {
            case Decision.Deliver _ -> "deliver";
            case Decision.Redirect _ -> "redirect";
            case Decision.Answer _ -> "answer";
            case Decision.Reject _ -> "reject";
            case Decision.Defer _ -> "defer";
        };
    }

    /**
     * Says in which form the message leaves and what was done to its header section. For mail that was opened, it names
     * the cipher of the ciphertext.
     */
    static String of(RecipientPlan plan, Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, Decision.Changes changes) -> {
                List<String> parts = new ArrayList<>(List.of(contentText(plan, protection)));
                if (changes.strip() && plan.detail().isEmpty()) {
                    parts.add("signature taken off");
                }
                changes.header().forEach(change -> changeText(change).ifPresent(parts::add));
                yield String.join(", ", parts);
            }
            case Decision.Redirect _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> "";
        };
    }

    private static String contentText(RecipientPlan plan, Protection protection) {
        if (plan.certificates().stream().anyMatch(used -> used.startsWith(Copy.OPENED))) {
            return plan.view()
                            .flatMap(ContentView::opened)
                            .map(opened -> "opened " + opened.cipher())
                            .orElse("")
                    + unauthenticatedText(plan);
        }
        return contentText(protection, plan.basis().map(Basis::answers).orElse(List.of()));
    }

    /** Says what would be done, for a decision that is not carried out. */
    static String of(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, Decision.Changes changes) -> {
                List<String> parts = new ArrayList<>(List.of(contentText(protection, List.of())));
                if (changes.strip()) {
                    parts.add("signature taken off");
                }
                changes.header().forEach(change -> changeText(change).ifPresent(parts::add));
                yield String.join(", ", parts);
            }
            case Decision.Redirect _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> "";
        };
    }

    private static String unauthenticatedText(RecipientPlan plan) {
        Optional<ContentView.Trust> trust =
                plan.view().map(ContentView::trust).filter(ContentView.Trust::isUnauthenticated);
        return trust.isEmpty()
                ? ""
                : ", unauthenticated"
                        + trust.flatMap(ContentView.Trust::suspicion)
                                .map(sign -> ", suspicious: " + sign.text())
                                .orElse("");
    }

    private static String contentText(Protection protection, List<String> answers) {
        return switch (protection) {
            case Protection.Clear _ -> "clear";
            case Protection.Kept _ -> "kept";
            case Protection.Signed(var signing) -> signedText(signing);
            case Protection.Encrypted(var encryption) -> encryptedText(encryption, answers);
            case Protection.SignedAndEncrypted(var signing, var encryption) ->
                signedText(signing) + ", " + encryptedText(encryption, answers);
            case Protection.TripleWrapped(var signing, var encryption) ->
                signedText(signing) + ", " + encryptedText(encryption, answers) + ", " + signedText(signing);
        };
    }

    /** Adds how the recipient's key gets the content key: the key transport of the policy holds for RSA only. */
    private static String encryptedText(EncryptionSettings encryption, List<String> answers) {
        String key = answers.stream()
                .filter(answer -> answer.startsWith(USABLE))
                .map(answer -> answer.substring(USABLE.length()).split(" ", 2)[0])
                .findFirst()
                .orElse("");
        return "encrypted " + encryption.cipher() + " "
                + switch (key) {
                    case "EC", "Brainpool", "X25519", "X448" -> "ECDH";
                    case "ML-KEM" -> "ML-KEM";
                    default -> encryption.rsaKeyTransport().toString();
                };
    }

    private static String signedText(SigningSettings signing) {
        return "signed " + signing.digest()
                + switch (signing.signer()) {
                    case OWN -> "";
                    case DOMAIN -> " by the domain";
                };
    }

    /** Says nothing if forged fields or tags are taken out and none is set. */
    private static Optional<String> changeText(HeaderChange change) {
        return switch (change) {
            case HeaderChange.Remove(String name) -> Optional.of("field " + name + " removed");
            case HeaderChange.RemoveForged _ -> Optional.empty();
            case HeaderChange.Add(String name, var _) -> Optional.of("field " + name + " added");
            case HeaderChange.UntagSubject(var tags) ->
                Optional.of("subject tag '" + String.join("', '", tags) + "' taken off");
            case HeaderChange.TagSubject(String tag, var _) ->
                tag.isEmpty() ? Optional.empty() : Optional.of("subject tag '" + tag + "'");
        };
    }

    /** If there are several signatures, adds the verdict on each, with the part in which it stands. */
    static String of(ContentView view) {
        String whole = of(view.verdict());
        if (view.layers().size() < 2) {
            return whole;
        }
        return view.layers().stream()
                .map(layer -> layer.section() + " " + of(layer.verdict()))
                .collect(Collectors.joining(", ", whole + " (", ")"));
    }

    static String of(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> "unsigned";
            case SignatureVerdict.Valid _ -> "valid";
            case SignatureVerdict.Invalid(var cause, var _) -> "invalid " + cause;
            case SignatureVerdict.Unverifiable(var cause, var _) -> "unverifiable " + cause;
        };
    }

    /**
     * The start of the store's answer about the recipient's certificate. The kind of the key follows, unless it is RSA
     * 3072.
     */
    private static final String USABLE = "certificate=usable ";
}
