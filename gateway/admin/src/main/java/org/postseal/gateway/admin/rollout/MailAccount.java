package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.Map;

/** A mail account that a device sets up for its user. */
public sealed interface MailAccount {
    /**
     * An account by ActiveSync.
     *
     * @param host the Exchange host; outlook.office365.com for Exchange Online
     * @param isOauth whether the user signs in on a web page instead of with a password, as Exchange Online demands
     */
    record Exchange(String host, boolean isOauth) implements MailAccount {
        public Exchange {
            HostNames.require(host);
        }
    }

    /** An account by IMAP and SMTP, both over TLS from the first octet. */
    record Internet(Server incoming, Server outgoing) implements MailAccount {}

    record Server(String host, int port) {
        /** @throws IllegalArgumentException if the host is not a host name or the port is out of range */
        public Server {
            HostNames.require(host);
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("no port: " + port);
            }
        }

        /** Reads {@code HOST[:PORT]}. */
        public static Server of(String text, int defaultPort) {
            int colon = text.indexOf(':');
            if (colon < 0) {
                return new Server(text, defaultPort);
            }
            String port = text.substring(colon + 1);
            if (!port.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("must be like mail.example.com or mail.example.com:993");
            }
            return new Server(text.substring(0, colon), Integer.parseInt(port));
        }
    }

    /** Returns the keys of the account's payload, except those about S/MIME. */
    default Map<String, Object> settings(String address, String user, String name) {
        Map<String, Object> settings = new LinkedHashMap<>();
        switch (this) {
            case Exchange(String host, boolean isOauth) -> {
                settings.put("PayloadType", "com.apple.eas.account");
                settings.put("EmailAddress", address);
                settings.put("Host", host);
                settings.put("SSL", true);
                settings.put("UserName", user);
                settings.put("OAuth", isOauth);
            }
            case Internet(Server incoming, Server outgoing) -> {
                settings.put("PayloadType", "com.apple.mail.managed");
                settings.put("EmailAccountType", "EmailTypeIMAP");
                settings.put("EmailAddress", address);
                settings.put("EmailAccountName", name);
                settings.put("EmailAccountDescription", address);
                server(settings, "Incoming", incoming, user);
                server(settings, "Outgoing", outgoing, user);
                settings.put("OutgoingPasswordSameAsIncomingPassword", true);
            }
        }
        return settings;
    }

    private static void server(Map<String, Object> settings, String way, Server server, String user) {
        settings.put(way + "MailServerAuthentication", "EmailAuthPassword");
        settings.put(way + "MailServerHostName", server.host());
        settings.put(way + "MailServerPortNumber", server.port());
        settings.put(way + "MailServerUseSSL", true);
        settings.put(way + "MailServerUsername", user);
    }
}
