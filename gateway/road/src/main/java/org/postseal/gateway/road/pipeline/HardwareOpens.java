package org.postseal.gateway.road.pipeline;

import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;

/**
 * A certificate store that opens mail only with keys in hardware (OWAOnlyUseSmartCard). The policy itself asks, key by
 * key, whether only such keys may sign.
 */
record HardwareOpens(CertificateStore store) implements ForwardingCertificateStore {
    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return store.decryptionKeys(recipient).stream()
                .filter(KeyHandle::isHardware)
                .toList();
    }
}
