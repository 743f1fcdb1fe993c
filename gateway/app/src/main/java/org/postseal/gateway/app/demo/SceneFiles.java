package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;

/**
 * What OpenSSL needs to judge.
 *
 * @param anchor the authority's root
 * @param certificate the recipient's
 * @param key the recipient's
 */
record SceneFiles(Path anchor, Path certificate, Path key) {
    static SceneFiles write(Path folder, CertificateAuthority authority, IssuedCertificate recipient)
            throws IOException {
        Path anchor =
                Files.writeString(folder.resolve("root.pem"), authority.root().toPem());
        Path certificate = Files.writeString(folder.resolve("recipient.pem"), recipient.certificatePem());
        Path key = Files.writeString(folder.resolve("recipient.key"), recipient.privateKeyPem());
        return new SceneFiles(anchor, certificate, key);
    }
}
