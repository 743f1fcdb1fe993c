package org.postseal.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * The IMAP server of Dovecot over the mailboxes of a private Postfix, with a configuration of its own. Every user has
 * the same password. It needs root.
 */
final class Dovecot implements AutoCloseable {
    static final String PASSWORD = "pencil";

    private final Path home;
    private final Daemon daemon;

    private Dovecot(Path home, Daemon daemon) {
        this.home = home;
        this.daemon = daemon;
    }

    static Dovecot start(PrivatePostfix postfix, int port) {
        Path home = TemporaryHome.create("dovecot");
        try {
            // The login process runs as another user.
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path configuration = home.resolve("dovecot.conf");
            Files.writeString(configuration, """
                dovecot_config_version = 2.4.0
                dovecot_storage_version = 2.4.0
                protocols = imap
                listen = 127.0.0.1
                ssl = no
                auth_allow_cleartext = yes
                base_dir = %1$s/run
                state_dir = %1$s/run
                log_path = /dev/stderr
                mail_driver = maildir
                mail_path = %2$s/%%{user}
                mail_home = %1$s/home
                mail_uid = postfix
                mail_gid = postfix
                first_valid_uid = 1
                first_valid_gid = 1
                passdb static {
                  password = %3$s
                }
                userdb static {
                }
                service imap-login {
                  inet_listener imap {
                    port = %4$d
                  }
                  inet_listener imaps {
                    port = 0
                  }
                }
                """.formatted(home, postfix.etc().resolveSibling("mail"), PASSWORD, port));
            Daemon daemon = Daemon.start(home.resolve("log"), List.of("dovecot", "-F", "-c", configuration));
            Await.listener(port, daemon::isAlive, daemon::log);
            return new Dovecot(home, daemon);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String log() {
        return daemon.log();
    }

    @Override
    public void close() {
        daemon.close();
        TemporaryHome.delete(home);
    }
}
