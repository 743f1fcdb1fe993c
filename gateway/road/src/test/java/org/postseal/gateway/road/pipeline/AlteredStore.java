package org.postseal.gateway.road.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;

/**
 * The store of the parties, of which a test overrides some methods. It remembers the addresses that it was asked about.
 */
class AlteredStore implements CertificateStore {
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    /** Returns each question, as {@code encrypt ADDRESS}, {@code sign ADDRESS} or {@code open ADDRESS}. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        asked.add("encrypt " + recipient);
        return Parties.STORE.encryptionCertificate(recipient, time);
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        asked.add("sign " + sender);
        return Parties.STORE.signingKey(sender, place, time);
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        asked.add("open " + recipient);
        return Parties.STORE.decryptionKeys(recipient);
    }

    @Override
    public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        return Parties.STORE.validate(leaf, brought, purpose, time);
    }
}
