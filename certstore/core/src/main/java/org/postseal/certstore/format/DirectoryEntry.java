package org.postseal.certstore.format;

import java.util.List;
import org.postseal.certstore.MailAddress;

/**
 * The entry of a directory server that holds a certificate, as an LDIF file gives it.
 *
 * @param dn the name of the entry, as written
 * @param addresses the addresses from {@code mail} and {@code proxyAddresses}, the primary one first
 */
public record DirectoryEntry(String dn, List<MailAddress> addresses) {
    public DirectoryEntry {
        addresses = List.copyOf(addresses);
    }
}
