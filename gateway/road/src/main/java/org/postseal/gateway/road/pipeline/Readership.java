package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.MlKem;
import org.postseal.policy.protection.Protection;

/**
 * Knows with which certificates the copies of one message are encrypted. There is one object per message.
 *
 * <p>A program that does not know KEMRecipientInfo (RFC 9629 §3) has to skip it (RFC 5652 §6.2), but NSS opens nothing
 * that has one, not even with another key. Recipients who read by ML-KEM therefore get a copy of their own. In the copy
 * for the others, additional readers read by their other certificate, if they have one.
 */
final class Readership {
    private final Directory directory;

    Readership(Directory directory) {
        this.directory = directory;
    }

    /** The settings by which we encrypt a copy; empty if we do not encrypt it. */
    static Optional<EncryptionSettings> encryption(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, var _) ->
                switch (protection) {
                    case Protection.Encrypted(EncryptionSettings encryption) -> Optional.of(encryption);
                    case Protection.SignedAndEncrypted(var _, EncryptionSettings encryption) -> Optional.of(encryption);
                    case Protection.TripleWrapped(var _, EncryptionSettings encryption) -> Optional.of(encryption);
                    case Protection.Clear _, Protection.Kept _, Protection.Signed _ -> Optional.empty();
                };
            case Decision.Redirect _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    /**
     * The same plan, or a failed one if the store cannot say with which certificates the recipient reads. Without a
     * second certificate, the copy might be less protected than was asked for.
     */
    RecipientPlan lookedUp(RecipientPlan plan) {
        try {
            certificates(plan);
            return plan;
        } catch (StoreUnavailableException e) {
            return plan.withFailure(Reason.STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    /** The certificates of the recipient; empty if we do not encrypt their copy. */
    List<MailCertificate> certificates(RecipientPlan plan) {
        return plan.failure().isPresent()
                ? List.of()
                : plan.ruling()
                        .map(Ruling::decision)
                        .flatMap(Readership::encryption)
                        .map(encryption ->
                                directory.certificatesOf(plan.recipient().address(), encryption.mlKem()))
                        .orElse(List.of());
    }

    /** True if the recipient's copy has a KEMRecipientInfo for the recipient. */
    boolean isByMlKem(RecipientPlan plan) {
        return certificates(plan).stream().anyMatch(each -> each.keyKind() instanceof PublicKeyKind.MlKem);
    }

    /** The recipients and additional readers of an encrypted copy. */
    CmsEncryptor.Audience audience(Group group) {
        List<CmsEncryptor.Recipient> recipients = new ArrayList<>();
        for (RecipientPlan plan : group.plans()) {
            for (MailCertificate certificate : certificates(plan)) {
                recipients.add(new CmsEncryptor.Recipient(plan.recipient().address(), certificate));
            }
        }
        return new CmsEncryptor.Audience(
                recipients,
                readers(group).values().stream().flatMap(List::stream).toList());
    }

    /**
     * The readers who can decrypt a copy but are not sent it, with their certificates, in the order of the decision.
     */
    Map<MailAddress, List<MailCertificate>> readers(Group group) {
        Map<MailAddress, List<MailCertificate>> readers = new LinkedHashMap<>();
        encryption(group.decision()).ifPresent(encryption -> {
            boolean isByMlKem = group.plans().stream().anyMatch(this::isByMlKem);
            MlKem wanted = isByMlKem ? encryption.mlKem() : MlKem.UNUSED;
            encryption.readers().forEach(reader -> readers.put(reader, directory.certificatesOf(reader, wanted)));
        });
        return readers;
    }
}
