package org.postseal.gateway.smtp.client;

import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.TlsMode;

/**
 * What a server must announce to get a message that we have opened. All of it is known before the message is opened: if
 * the server refused the message for a property of its content, the refusal would tell the sender that it could be
 * opened.
 *
 * @param hop as configured
 * @param smtpUtf8 whether the message came with SMTPUTF8
 */
record OpenedNeeds(NextHopConfig hop, boolean smtpUtf8) {
    OpenedPassage of(Endpoint.Announced session) {
        Capabilities server = session.capabilities();
        if (!server.has(Needs.DSN) && !hop.allowOpenedWithoutDsn()) {
            return new OpenedPassage.Barred(
                    "not opened: the next hop does not announce DSN, so that a bounce of its could return the"
                            + " plaintext");
        }
        if (!server.has("8BITMIME")) {
            return new OpenedPassage.Barred("not opened: the next hop does not announce 8BITMIME");
        }
        if (smtpUtf8 && !server.has("SMTPUTF8")) {
            return new OpenedPassage.Barred("not opened: the next hop does not announce SMTPUTF8");
        }
        // Other mail still goes in clear to a server whose handshake fails; opened mail must not.
        if (hop.tls() != TlsMode.NONE && server.has("STARTTLS") && !session.isTls()) {
            return new OpenedPassage.Barred("not opened: the next hop offers TLS, and no handshake comes about");
        }
        return new OpenedPassage.Open(server.maximumSize().orElse(Long.MAX_VALUE));
    }
}
