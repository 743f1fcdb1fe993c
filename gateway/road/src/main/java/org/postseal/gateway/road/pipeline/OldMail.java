package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.LayerVerdict;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.policy.deciding.ReadingRights;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Says which old parts of a message were opened or believed because the recipient's policy allows it, and which were
 * not because it does not. This is for the explanation and the audit log, never for the outside.
 */
final class OldMail {
    private final ContentView view;
    private final ReadingRights rights;
    private final List<String> texts = new ArrayList<>();

    private OldMail(ContentView view, ReadingRights rights) {
        this.view = view;
        this.rights = rights;
    }

    /**
     * One sentence for each old part, in the words of the policy and with the level that decided; none if nothing in
     * the message is old.
     */
    static List<String> of(ContentView view, Inspection inspection, ReadingRights rights) {
        OldMail mail = new OldMail(view, rights);
        mail.cipher(inspection.encryption().cipher());
        mail.digests();
        inspection.from().ifPresent(mail::domains);
        return List.copyOf(mail.texts);
    }

    private void cipher(Optional<EncryptionAlgorithm> cipher) {
        if (view.opened().isPresent()) {
            view.opened().get().old().stream().sorted().forEach(old -> allowed(old, "opened"));
            if (isHeaderless(view.opened().get())) {
                rights.headerlessBy().ifPresent(by -> texts.add("text without a header section opened: " + by));
            }
        } else if (view.closed().equals(Optional.of(Handling.Closed.KEY_WRAP_NOT_ALLOWED))) {
            refused(LegacyAlgorithm.TRIPLE_DES, "opened");
        } else if (cipher.filter(EncryptionAlgorithm::isAuthenticated).isPresent()
                && view.closed().equals(Optional.of(Handling.Closed.CIPHER_NOT_ALLOWED))) {
            texts.add(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA.word()
                    + " not opened: readLegacyAlgorithms of no partner who wrote this names it" + unproved());
        } else if (!view.keys().isEmpty()) {
            cipher.flatMap(LegacyAlgorithm::of)
                    .filter(old -> !rights.legacy().contains(old))
                    .ifPresent(old -> refused(old, "opened"));
        }
    }

    private void digests() {
        Set<LegacyAlgorithm> believed = new LinkedHashSet<>();
        Set<LegacyAlgorithm> others = new LinkedHashSet<>();
        for (SignerReport signer : view.signers()) {
            boolean isGood = signer.verdict() instanceof SignatureVerdict.Valid;
            signer.old().ifPresent(old -> (isGood ? believed : others).add(old));
        }
        believed.forEach(old -> allowed(old, "believed"));
        others.removeAll(rights.legacy());
        others.forEach(old -> refused(old, "believed"));
    }

    private void domains(MailAddress from) {
        boolean isDomain = view.layers().stream()
                .map(LayerVerdict::verdict)
                .filter(SignatureVerdict.Valid.class::isInstance)
                .flatMap(verdict -> verdict.certificate().stream())
                .map(MailCertificate::addresses)
                .anyMatch(addresses -> !addresses.contains(from));
        if (isDomain) {
            texts.add("signature of the domain of " + from + " believed: believeDomainSignatures ("
                    + rights.domainSignaturesFrom() + ")");
        }
    }

    private void allowed(LegacyAlgorithm old, String what) {
        texts.add(old.word() + " " + what + ": " + rights.legacyBy().get(old));
    }

    private void refused(LegacyAlgorithm old, String what) {
        texts.add(old.word() + " not " + what
                + ": neither allowLegacyAlgorithms nor readLegacyAlgorithms of the recipient names it" + unproved());
    }

    private String unproved() {
        return rights.unproved()
                .map(partner -> "; what " + partner + " may write does not count, since neither DMARC nor a"
                        + " valid signature around the encryption proves From")
                .orElse("");
    }

    /**
     * True if any other rights would have led to the same view: nothing in the message is old, and no domain has signed
     * it.
     */
    static boolean isUntouched(ContentView view, Inspection inspection) {
        boolean isOpenedAnyhow = view.opened()
                .map(opened -> opened.old().isEmpty() && !isHeaderless(opened))
                // A key that was not found may be one whose key wrap is old.
                .orElseGet(() -> view.keys().isEmpty());
        return isOpenedAnyhow
                && inspection.encryption().cipher().flatMap(LegacyAlgorithm::of).isEmpty()
                && isModern(view.signers());
    }

    private static boolean isHeaderless(OpenResult.Opened opened) {
        return opened.message().isHeaderless() && !opened.isAuthenticated();
    }

    static boolean isModern(List<SignerReport> signers) {
        return signers.stream()
                .allMatch(signer -> signer.old().isEmpty() && signer.role() == SignerReport.Role.ORIGINATOR);
    }
}
