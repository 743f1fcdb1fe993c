package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import org.postseal.gateway.testkit.Command;

/** The key of a domain for DKIM or ARC, in a file that one user may read. */
record DomainKey(Path file) {
    static DomainKey create(Path file, String user) {
        Command.of("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file)
                .output();
        Command.of("chmod", "600", file).output();
        Command.of("chown", user, file).output();
        return new DomainKey(file);
    }

    /** Returns the public key as the DNS has it (RFC 6376 §3.6.1). */
    String record() {
        byte[] pem = Command.of("openssl", "pkey", "-pubout", "-in", file).output();
        return "v=DKIM1; k=rsa; p=" + new String(pem, US_ASCII).replaceAll("-----[^-]+-----|\\s", "");
    }

    /** Returns the line of a zone file. A string of a TXT record has at most 255 octets (RFC 1035 §3.3). */
    String zone(String name) {
        return name + ". 60 IN TXT " + record().replaceAll("(.{1,200})", "\"$1\" ") + "\n";
    }
}
