package org.postseal.certstore.path;

import java.util.List;
import java.util.Optional;

/**
 * Revocation lists that were fetched for the path of who signed a time stamp.
 *
 * @param lists that count, as they came (DER)
 * @param missing why they do not say of each certificate whether it is revoked; empty when they do
 */
public record SignerLists(List<byte[]> lists, Optional<String> missing) {
    public SignerLists {
        lists = List.copyOf(lists);
    }
}
