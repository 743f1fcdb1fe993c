package org.postseal.gateway.testkit;

import java.nio.file.Path;
import java.util.Map;

/**
 * The user of a mail program: whom they trust, their keys, and where they send mail.
 *
 * @param root the PEM file of the authority that they trust
 * @param keys their PKCS #12 files, with the passwords
 * @param servers their addresses, with the port of the SMTP server on this machine that takes mail from there
 */
public record MailOwner(Path root, Map<Path, String> keys, Map<String, Integer> servers) {
    public MailOwner {
        keys = Map.copyOf(keys);
        servers = Map.copyOf(servers);
    }
}
