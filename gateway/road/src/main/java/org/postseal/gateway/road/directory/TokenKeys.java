package org.postseal.gateway.road.directory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.key.token.Token;
import org.postseal.certstore.key.token.TokenKey;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.source.KeySource;

/**
 * Holds the keys of one token with their certificates. These are the certificates on the token, and those among the
 * store's files that are for the same key and have a path to an anchor, or had one when they were issued. The path is
 * required because anybody can have a certificate made for somebody else's public key. Thread-safe.
 */
final class TokenKeys implements KeySource {
    private final Token token;
    private volatile Map<MailAddress, List<KeyHandle>> keys;

    /**
     * @param paths validates paths to all anchors in force, without revocation, and finds the issuers that go out with
     * a signature
     */
    TokenKeys(Token token, FilesSource files, PathValidator paths) {
        this.token = token;
        this.keys = pair(token, files, paths);
    }

    /** From now on, uses the certificates of these files, and the anchors and issuers of these paths. */
    void replace(FilesSource files, PathValidator paths) {
        keys = pair(token, files, paths);
    }

    @Override
    public String name() {
        return "token:" + token.name();
    }

    @Override
    public List<KeyHandle> keysOf(MailAddress address) {
        return List.copyOf(keys.getOrDefault(address, List.of()));
    }

    /** Returns all keys, each under every address that its certificate carries. */
    Map<MailAddress, List<KeyHandle>> keys() {
        return Map.copyOf(keys);
    }

    /** Returns the certificates of the keys. A certificate with several addresses may occur several times. */
    List<MailCertificate> certificates() {
        return keys.values().stream()
                .flatMap(List::stream)
                .map(KeyHandle::certificate)
                .toList();
    }

    private static Map<MailAddress, List<KeyHandle>> pair(Token token, FilesSource files, PathValidator paths) {
        Map<MailAddress, List<KeyHandle>> keys = new HashMap<>();
        for (TokenKey key : token.keys()) {
            for (MailCertificate certificate : certificates(key, files, paths)) {
                KeyHandle handle = key.handle(certificate, paths.intermediates(certificate));
                for (MailAddress address : certificate.addresses()) {
                    keys.computeIfAbsent(address, _ -> new ArrayList<>()).add(handle);
                }
            }
        }
        return keys;
    }

    private static Set<MailCertificate> certificates(TokenKey key, FilesSource files, PathValidator paths) {
        Set<MailCertificate> own = new LinkedHashSet<>(
                key.certificates().stream().filter(key::matches).toList());
        files.certificates().stream()
                .filter(key::matches)
                .filter(certificate -> isVouchedFor(certificate, paths))
                .forEach(own::add);
        return own;
    }

    private static boolean isVouchedFor(MailCertificate certificate, PathValidator paths) {
        for (CertificatePurpose purpose : CertificatePurpose.values()) {
            if (paths.validate(certificate, List.of(), purpose, certificate.notBefore())
                            .status()
                    instanceof CertificateStatus.Usable) {
                return true;
            }
        }
        return false;
    }
}
