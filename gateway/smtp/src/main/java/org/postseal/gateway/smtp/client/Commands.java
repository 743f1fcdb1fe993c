package org.postseal.gateway.smtp.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.MailParameters.Ret;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Recipient;

/**
 * Writes XFORWARD, MAIL and RCPT with the parameters that this next hop takes.
 *
 * <p>A next hop without DSN gets no RET, ENVID, NOTIFY and ORCPT (RFC 3461 §5.2.2). Two more things that this section
 * asks of us are not done. No "relayed" DSN is issued for NOTIFY=SUCCESS, since the gateway writes no mail of its own.
 * The reverse path is not emptied for NOTIFY=NEVER.
 */
final class Commands {
    private Commands() {}

    static String mail(OutgoingEnvelope envelope, Content content, Needs needs, Capabilities hop) {
        StringBuilder line =
                new StringBuilder("MAIL FROM:").append(envelope.reversePath().wire());
        if (hop.has("SIZE")) {
            line.append(" SIZE=").append(content.size());
        }
        // A closed message in the form of an opened one says the same here.
        if (content.isEightBit() || (needs.headersOnly() && hop.has("8BITMIME"))) {
            line.append(" BODY=8BITMIME");
        }
        if (isSmtpUtf8(envelope, needs, hop)) {
            line.append(" SMTPUTF8");
        }
        if (hop.has("DSN")) {
            // An opened message may not come back in a bounce, whatever the envelope's maker forgot.
            Optional<Ret> ret = needs.headersOnly()
                    ? Optional.of(Ret.HDRS)
                    : envelope.parameters().ret();
            ret.ifPresent(value -> line.append(" RET=").append(value));
            envelope.parameters()
                    .envelopeId()
                    .ifPresent(id -> line.append(" ENVID=").append(value(id)));
        }
        return line.toString();
    }

    /**
     * Tells whether MAIL says SMTPUTF8. It does if it was said to us, since only the writer of the message knows all
     * that is in it (RFC 6531 §3.4), or if the message needs it here.
     */
    static boolean isSmtpUtf8(OutgoingEnvelope envelope, Needs needs, Capabilities hop) {
        return hop.has("SMTPUTF8") && (needs.smtpUtf8() || envelope.parameters().smtpUtf8());
    }

    /** @param smtpUtf8 whether MAIL had it */
    static String rcpt(Recipient recipient, Capabilities hop, boolean smtpUtf8) {
        StringBuilder line =
                new StringBuilder("RCPT TO:<").append(recipient.address()).append('>');
        if (hop.has("DSN")) {
            recipient.notifyWhen().ifPresent(when -> line.append(" NOTIFY=").append(value(when)));
            recipient
                    .originalRecipient()
                    .map(original -> smtpUtf8 ? original : escaped(original))
                    .ifPresent(original -> line.append(" ORCPT=").append(value(original)));
        }
        return line.toString();
    }

    /**
     * Writes an address of the type utf-8 in ASCII, which it needs without SMTPUTF8 (RFC 6533 §3, utf-8-addr-xtext).
     */
    private static String escaped(String originalRecipient) {
        StringBuilder out = new StringBuilder();
        originalRecipient
                .codePoints()
                .forEach(c -> out.append(c < 0x80 ? Character.toString(c) : String.format("\\x{%02X}", c)));
        return out.toString();
    }

    /**
     * Returns the XFORWARD commands, in as many lines as the line limit makes necessary, with the attributes that the
     * hop takes. Attributes without a value are said to be unavailable. SOURCE is never said: for a local client,
     * Postfix completes the names in From and other fields, whatever its settings say of our address.
     */
    static List<String> xforward(Peer.Xforward client, Set<String> taken) {
        Map<String, Optional<String>> attributes = new LinkedHashMap<>();
        attributes.put("NAME", client.name());
        attributes.put("ADDR", client.address());
        attributes.put("PORT", client.port());
        attributes.put("PROTO", client.protocol());
        attributes.put("HELO", client.helo());
        attributes.put("IDENT", client.ident());
        attributes.keySet().retainAll(taken);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("XFORWARD");
        for (Map.Entry<String, Optional<String>> attribute : attributes.entrySet()) {
            String word = " " + attribute.getKey() + "="
                    + attribute.getValue().map(Commands::xtext).orElse("[UNAVAILABLE]");
            if (line.length() > "XFORWARD".length() && line.length() + word.length() > MAX_LINE) {
                lines.add(line.toString());
                line = new StringBuilder("XFORWARD");
            }
            line.append(word);
        }
        if (!attributes.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** Encodes text as xtext (RFC 3461 §4). */
    private static String xtext(String text) {
        StringBuilder out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0x20 && octet < 0x7F && octet != '+' && octet != '=') {
                out.append((char) octet);
            } else {
                out.append('+').append(String.format("%02X", octet));
            }
        }
        return out.toString();
    }

    /** Checks a parameter value, since a blank in it would begin another parameter. */
    private static String value(String text) {
        if (text.isEmpty() || text.codePoints().anyMatch(c -> c <= 0x20 || c == 0x7F)) {
            throw new IllegalArgumentException("not a parameter value: " + text);
        }
        return text;
    }

    // This is the limit of RFC 5321 §4.5.3.1.4, less CRLF.
    private static final int MAX_LINE = 510;
}
