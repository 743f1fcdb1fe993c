package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;

/**
 * Names the files that OpenSSL needs to judge.
 *
 * @param anchor the root certificate of the authority
 * @param certificate the recipient's certificate
 * @param key the recipient's key
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
