package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * How mail in the quarantine can be released.
 *
 * @param key the secret with which copies are sealed, the same on all nodes of a fleet
 * @param expires how long after a message came its copy can be released; the journal does not forget sooner, so that a
 *     second release is known as such
 * @param imap the mailbox of the quarantine; empty if no command reads it from here
 */
public record HeldConfig(Secret key, Duration expires, Optional<Imap> imap) {
    /**
     * The mailbox.
     *
     * @param trust trust anchors in PEM for the server's certificate; if empty, those of the JDK
     * @param passwordFile file with the password, which is read at each connection
     * @param folder the folder of the mailbox
     */
    public record Imap(
            InetSocketAddress address, Tls tls, Optional<Path> trust, String user, Path passwordFile, String folder) {}

    /** When TLS begins. Certificate and name of the server are always verified. */
    public enum Tls {
        IMPLICIT,
        START_TLS,
        /** There is no TLS: for a server on this machine only. */
        NONE
    }

    static Optional<HeldConfig> read(Section held, PathReader paths, TlsFiles tlsFiles, Duration retention) {
        Key<Secret> key = held.required(
                "key", SecretFiles.secret(paths::secretFile, 32, "(umask 077 && openssl rand -hex 32 > FILE)"));
        Key<Duration> expires = held.key("expires", Type.time(Duration.ofHours(1), Duration.ofDays(90)));
        if (expires.or(retention).compareTo(retention) > 0) {
            expires.error("is longer than journal.retention (" + retention.toHours()
                    + "h): after that, a second release could not be told from the first");
        }
        Optional<Imap> imap = held.key("imap", Type.section(section -> imap(section, paths, tlsFiles)))
                .value();
        return key.value().map(secret -> new HeldConfig(secret, expires.or(retention), imap));
    }

    private static Optional<Imap> imap(Section imap, PathReader paths, TlsFiles tlsFiles) {
        Key<InetSocketAddress> address =
                imap.required("address", HostPort.host("imap.example.com:993 or [2001:db8::1]:993"));
        Key<Tls> tls = imap.key("tls", Type.word(Tls.class));
        Key<Path> trust = imap.key("trust", paths::existingFile);
        trust.mustOpen(tlsFiles::requireTrust);
        if (tls.or(Tls.IMPLICIT) == Tls.NONE) {
            trust.error("has no effect without tls");
            if (address.value()
                    .filter(found -> !NextHopConfig.isLoopback(found))
                    .isPresent()) {
                tls.error("the password would cross the network in clear: none is for a server on this machine");
            }
        }
        Key<String> user =
                imap.required("user", Type.matching("a name without control characters", "[^\\x00-\\x1f\\x7f-\\x9f]+"));
        Key<Path> passwordFile = imap.required("passwordFile", paths::secretFile);
        String folder = imap.value(
                "folder", Type.matching("a folder such as INBOX", "[^\\x00-\\x1f\\x7f-\\x9f]{1,255}"), "INBOX");
        return user.with(passwordFile, Login::new)
                .flatMap(login -> address.value()
                        .map(found -> new Imap(
                                found, tls.or(Tls.IMPLICIT), trust.value(), login.user, login.passwordFile, folder)));
    }

    private record Login(String user, Path passwordFile) {}
}
