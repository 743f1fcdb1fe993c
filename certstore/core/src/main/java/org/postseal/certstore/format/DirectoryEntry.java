package org.postseal.certstore.format;

import java.util.List;
import org.postseal.certstore.MailAddress;

/**
 * The entry of a directory that a certificate stood in.
 *
 * @param dn its name, as written
 * @param addresses from {@code mail} and {@code proxyAddresses}, the primary first
 */
public record DirectoryEntry(String dn, List<MailAddress> addresses) {
    public DirectoryEntry {
        addresses = List.copyOf(addresses);
    }
}
