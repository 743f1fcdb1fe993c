package org.postseal.gateway.road.pipeline;

import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;

/** A certificate store in which only keys in hardware open mail (OWAOnlyUseSmartCard). Whether only they sign is asked for by the policy, key by key. */
record HardwareOpens(CertificateStore store) implements ForwardingCertificateStore {
    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return store.decryptionKeys(recipient).stream()
                .filter(KeyHandle::isHardware)
                .toList();
    }
}
