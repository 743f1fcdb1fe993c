package org.postseal.certstore.path;

import java.util.List;
import java.util.Optional;

/**
 * Revocation lists that were fetched for the path of a time-stamp signer.
 *
 * @param lists the DER of the lists that count, as received
 * @param missing why the lists do not cover every certificate; empty if they do
 */
public record SignerLists(List<byte[]> lists, Optional<String> missing) {
    public SignerLists {
        lists = List.copyOf(lists);
    }
}
