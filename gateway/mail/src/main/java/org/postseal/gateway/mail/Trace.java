package org.postseal.gateway.mail;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Writes and counts trace fields (RFC 5321 §4.4). */
public final class Trace {
    private Trace() {}

    /**
     * Makes our Received field for this message.
     *
     * @param hostName of the gateway
     * @param zone in which the time is written
     * @param isOurs whether the origin of the message may submit for us; if not, the field says so, for
     * {@link #wasOutside}
     */
    public static HeaderField received(Envelope envelope, String hostName, ZoneId zone, boolean isOurs) {
        Peer peer = envelope.peer();
        boolean utf8 = envelope.parameters().smtpUtf8();
        String literal = literal(peer.address().getAddress());
        HeaderWriter writer = utf8 ? HeaderWriter.structuredUtf8("Received") : HeaderWriter.structured("Received");
        // The client's own name for itself is foreign text. If it is not even shaped like a name, its address takes its
        // place.
        String helo = NAME.matcher(peer.helo()).matches() ? peer.helo() : literal;
        writer.words("from " + helo)
                .words("(" + literal + ")")
                .words("by " + hostName)
                .words("with " + protocol(peer, utf8));
        peer.tls().ifPresent(tls -> writer.comment("version=" + tls.protocol() + " cipher=" + tls.cipherSuite()));
        if (!isOurs) {
            writer.comment(OUTSIDE);
        }
        writer.words("id " + envelope.queueId());
        // Naming more than one recipient would disclose blind copies.
        if (envelope.recipients().size() == 1) {
            var recipient = envelope.recipients().getFirst().address();
            boolean writable =
                    (utf8 || recipient.isAscii()) && recipient.localPart().indexOf(' ') < 0;
            if (writable) {
                writer.words("for <" + recipient + ">");
            }
        }
        return writer.glued(";")
                .words(DATE.format(envelope.received().atZone(zone)))
                .finish();
    }

    /** Counts the Received fields, one for each host that has handled the message (RFC 5321 §6.3). */
    public static int hops(HeaderBlock header) {
        return header.all("Received").size();
    }

    /**
     * Tells whether the message has come from outside through a gateway of ours before. An outsider who writes such a
     * field only keeps the message from being signed.
     */
    public static boolean wasOutside(HeaderBlock header) {
        return header.all("Received").stream()
                .anyMatch(field -> field.unfolded().contains("(" + OUTSIDE + ")"));
    }

    /**
     * Tells whether Postfix has taken the message from a program of its own host, and before that from another host by
     * SMTP. After {@code postsuper -r}, it takes what strangers have sent for what a program of its own has handed in.
     */
    public static boolean isHandedInAgain(HeaderBlock header) {
        List<String> received = header.all("Received").stream()
                .map(field -> field.unfolded().strip())
                .toList();
        return !received.isEmpty()
                && BY_PICKUP.matcher(received.getFirst()).lookingAt()
                && received.stream()
                        .anyMatch(text -> FROM.matcher(text).lookingAt()
                                && WITH_SMTP.matcher(text).find()
                                && !FROM_THIS_HOST.matcher(text).lookingAt());
    }

    private static String protocol(Peer peer, boolean utf8) {
        String base = switch (peer.protocol()) {
            case SMTP -> !peer.extended() ? "SMTP" : utf8 ? "UTF8SMTP" : "ESMTP";
            case LMTP -> utf8 ? "UTF8LMTP" : "LMTP";
        };
        // By RFC 3848, S stands for TLS and A for a login.
        return base + (peer.tls().isPresent() ? "S" : "") + (peer.login().isPresent() && peer.extended() ? "A" : "");
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String plain = scope < 0 ? text : text.substring(0, scope);
        return address instanceof Inet6Address ? "[IPv6:" + plain + "]" : "[" + plain + "]";
    }

    // This is one word, so that no folding can put a line end into it.
    private static final String OUTSIDE = "postseal-origin=outside";
    private static final Pattern NAME =
            Pattern.compile("[\\p{L}\\p{N}_]([\\p{L}\\p{N}._-]{0,253}[\\p{L}\\p{N}_])?|\\[[A-Za-z0-9.:]{2,60}]");
    private static final Pattern BY_PICKUP = Pattern.compile("by\\s+\\S+\\s+\\(\\S+, from userid [0-9]+\\)");
    private static final Pattern FROM = Pattern.compile("(?i)from\\s");
    private static final Pattern WITH_SMTP = Pattern.compile("(?i)\\swith\\s+(?:UTF8)?(?:E?SMTP|LMTP)[SA]*\\b");
    /** Behind the name that the client gave itself stand the name that the DNS has for it and its address. */
    private static final Pattern FROM_THIS_HOST =
            Pattern.compile("(?i)from\\s+\\S+\\s+\\((?:[^\\s()\\[\\]]+ )?\\[(?:IPv6:)?(?:127\\.[0-9.]+|::1)]\\)");

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH);
}
