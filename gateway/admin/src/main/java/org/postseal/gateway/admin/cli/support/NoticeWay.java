package org.postseal.gateway.admin.cli.support;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.policy.facts.Direction;

/** The destination of notices. */
public interface NoticeWay {
    /**
     * Delivers one notice.
     *
     * @param name a name that no other notice has, fit for a file
     * @throws Refused when this notice is refused; others may be taken
     * @throws CommandFailure when no notice can be delivered
     */
    void take(MailAddress to, String name, byte[] message);

    /** The next hop refused a notice; the message is its reply. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Writes notices into a folder, from which another program takes them. */
    static NoticeWay writing(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " is no folder");
        }
        return (_, name, message) -> OutputFile.make(folder.resolve(name + ".eml"), message, "rw-------", true);
    }

    /**
     * Sends notices over SMTP to the next hop for internal mail, with the null reverse path, so that no bounce comes
     * back if one does not arrive.
     */
    static NoticeWay sending(NextHopsConfig hops) {
        return (to, _, message) -> {
            NextHopConfig hop = hops.hop(to, Direction.INTERNAL);
            if (!(hop.target() instanceof NextHopConfig.Target.Addresses(List<InetSocketAddress> addresses))
                    || hop.protocol() != Peer.Protocol.SMTP
                    || hop.auth().isPresent()
                    || hop.client().isPresent()
                    || hop.trust().isPresent()) {
                throw new CommandFailure(
                        ExitCode.CONFIG,
                        "notices cannot be sent to next hop " + hop.name(),
                        "it must speak SMTP at an address, without a password,"
                                + " a client certificate or anchors of its own; or use --out");
            }
            send(addresses.getFirst(), hop.tls(), to, message);
        };
    }

    private static void send(InetSocketAddress address, NextHopConfig.TlsMode tls, MailAddress to, byte[] octets) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", address.getHostString());
        properties.setProperty("mail.smtp.port", Integer.toString(address.getPort()));
        properties.setProperty("mail.smtp.from", "<>");
        properties.setProperty("mail.smtp.localhost", "localhost");
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT);
        properties.setProperty("mail.smtp.timeout", TIMEOUT);
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(tls != NextHopConfig.TlsMode.NONE));
        boolean isDemanded = tls == NextHopConfig.TlsMode.ENCRYPT || tls == NextHopConfig.TlsMode.VERIFY;
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(isDemanded));
        if (tls != NextHopConfig.TlsMode.VERIFY) {
            properties.setProperty("mail.smtp.ssl.trust", "*");
        }
        Session session = Session.getInstance(properties);
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect();
            send(session, transport, to, octets);
        } catch (MessagingException e) {
            throw new CommandFailure(
                    e.getCause() instanceof IOException ? ExitCode.UNAVAILABLE : ExitCode.TRY_AGAIN,
                    "no notice can be sent: " + e.getMessage(),
                    "the notices that were sent are noted; run the command again for the rest");
        }
    }

    private static void send(Session session, Transport transport, MailAddress to, byte[] octets) {
        try {
            transport.sendMessage(
                    new MimeMessage(session, new ByteArrayInputStream(octets)),
                    new InternetAddress[] {new InternetAddress(to.toString())});
        } catch (MessagingException e) {
            // The innermost exception has the server's own words
            Exception last = e;
            while (last instanceof MessagingException outer && outer.getNextException() != null) {
                last = outer.getNextException();
            }
            throw new Refused(String.valueOf(last.getMessage()).strip(), e);
        }
    }

    /** The time limit in milliseconds. */
    String TIMEOUT = "30000";
}
