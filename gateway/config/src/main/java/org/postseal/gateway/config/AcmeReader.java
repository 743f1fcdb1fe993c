package org.postseal.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.EnrolmentConfig.Authority;
import org.postseal.gateway.config.EnrolmentConfig.ExternalAccount;

/** Reads the section {@code acme} of an authority, which says where its ACME server is and what account we have. */
final class AcmeReader {
    private final PathReader paths;
    private final TlsFiles tlsFiles;

    AcmeReader(PathReader paths, TlsFiles tlsFiles) {
        this.paths = paths;
        this.tlsFiles = tlsFiles;
    }

    Optional<Authority> read(String name, Section acme, Duration limit) {
        Key<URI> directory = acme.required(
                "directory", Type.text("a URL such as https://ca.example.com/acme/directory", AcmeReader::https));
        Key<Path> trust = acme.required("trust", paths::existingFile);
        trust.mustOpen(tlsFiles::requireTrust);
        Key<Path> account = acme.required("account", paths::writableSecret);
        Key<MailAddress> contact = acme.required("contact", Type.text("a mail address", MailAddress::parse));
        boolean termsAgreed = acme.value("termsAgreed", Type.bool(), false);
        Key<ExternalAccount> external = acme.key("eab", Type.section(this::external));
        return directory
                .with(
                        trust,
                        (where, anchors) -> account.with(contact, (file, whom) -> (Authority) new Authority.Acme(
                                name, where, anchors, file, whom, external.value(), termsAgreed, limit)))
                .flatMap(found -> found)
                .filter(_ -> !external.isWrong());
    }

    private Optional<ExternalAccount> external(Section eab) {
        // It goes into a JSON string, as the authority has given it.
        Key<String> keyId = eab.required("kid", Type.matching("printable ASCII", "[\\x21-\\x7e]{1,256}"));
        Key<Path> hmacFile = eab.required("hmacFile", paths::secretFile);
        return keyId.with(hmacFile, ExternalAccount::new);
    }

    private static Optional<URI> https(String text) {
        try {
            URI url = new URI(text);
            return Optional.of(url)
                    .filter(_ -> "https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null)
                    .filter(_ -> url.getRawUserInfo() == null && url.getRawFragment() == null);
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }
}
