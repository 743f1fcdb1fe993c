package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.testkit.Await;

/**
 * The Postfix that a {@link DebianRoot} has, as Debian installs it on a machine that delivers a domain to its users. It
 * listens at port 25.
 */
record DebianPostfix(DebianRoot root) {
    /**
     * Installs it beside other packages.
     *
     * @param relay the port of this machine to which it hands mail for others
     */
    static DebianPostfix install(DebianRoot root, String domain, List<String> users, int relay, String... others) {
        root.said("""
                hostname mail.%1$s
                echo '127.0.1.1 mail.%1$s' >> /etc/hosts
                echo 'postfix postfix/main_mailer_type select Internet Site' | debconf-set-selections
                echo 'postfix postfix/mailname string %1$s' | debconf-set-selections
                apt-get install postfix %2$s
                for user in %3$s; do useradd --create-home $user; done
                postconf -e 'relayhost = [127.0.0.1]:%4$d'
                systemctl restart postfix
                """.formatted(domain, String.join(" ", others), String.join(" ", users), relay));
        return new DebianPostfix(root);
    }

    /** Waits until a message with this mark is in the user's mailbox, and returns it with CRLF line ends. */
    byte[] awaitMail(String user, String mark) {
        Await.until(
                () -> find(user, mark).isPresent(),
                () -> "no mail with " + mark + " for " + user + "\n"
                        + root.said("postqueue -p; journalctl --no-pager -n 100"));
        return find(user, mark).orElseThrow();
    }

    /** Returns what {@code main.cf} and {@code master.cf} say. */
    List<String> files() {
        return List.of(root.read("etc/postfix/main.cf"), root.read("etc/postfix/master.cf"));
    }

    private Optional<byte[]> find(String user, String mark) {
        Path mailbox = root.path("var/mail/" + user);
        try {
            String all = Files.exists(mailbox) ? Files.readString(mailbox, ISO_8859_1) : "";
            return Arrays.stream(all.split("(?m)^From .*\n", -1))
                    .filter(message -> message.contains(mark))
                    .map(message -> message.replace("\n", "\r\n").getBytes(ISO_8859_1))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
