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
import org.postseal.policy.Decision;
import org.postseal.policy.EncryptionSettings;
import org.postseal.policy.EncryptionSettings.MlKem;
import org.postseal.policy.Protection;
import org.postseal.policy.Reason;
import org.postseal.policy.Ruling;

/**
 * By which certificates the copies of one message are read. One object per message.
 *
 * <p>A program that does not know KEMRecipientInfo (RFC 9629 §3) has to pass it over (RFC 5652 §6.2); NSS opens nothing that has one, by no other key either. So who reads by ML-KEM has a copy apart from who does not, and in the latter readers beside the recipients read by their other certificate, where they have one.
 */
final class Readership {
    private final Directory directory;

    Readership(Directory directory) {
        this.directory = directory;
    }

    /** How a copy is encrypted; empty when it is not, by us. */
    static Optional<EncryptionSettings> encryption(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, var _) ->
                switch (protection) {
                    case Protection.Encrypted(EncryptionSettings encryption) -> Optional.of(encryption);
                    case Protection.SignedAndEncrypted(var _, EncryptionSettings encryption) -> Optional.of(encryption);
                    case Protection.TripleWrapped(var _, EncryptionSettings encryption) -> Optional.of(encryption);
                    case Protection.Clear _, Protection.Kept _, Protection.Signed _ -> Optional.empty();
                };
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    /** The same plan, or failed where nobody can say by which certificates its recipient reads: without a second one the copy might be less than was asked for. */
    RecipientPlan lookedUp(RecipientPlan plan) {
        try {
            certificates(plan);
            return plan;
        } catch (StoreUnavailableException e) {
            return plan.withFailure(Reason.STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    /** Those of a recipient himself; empty where his copy is not encrypted, by us. */
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

    /** Whether a recipient's copy has a KEMRecipientInfo for himself. */
    boolean isByMlKem(RecipientPlan plan) {
        return certificates(plan).stream().anyMatch(each -> each.keyKind() instanceof PublicKeyKind.MlKem);
    }

    /** Of a copy that is encrypted. */
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

    /** Who can read a copy and is not sent it, with his certificates, in the order of the decision. */
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
