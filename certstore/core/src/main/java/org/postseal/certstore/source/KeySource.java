package org.postseal.certstore.source;

import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/** A place that holds private keys. Thread-safe. It may block, within limits of its own. */
public interface KeySource {
    /** Returns the name as in the configuration and in explanations: {@code files}, {@code own}, {@code token:hsm}. */
    String name();

    /**
     * Returns the keys whose certificate carries {@code address}, and those that the administrator mapped to it,
     * whatever their state. It must not return anybody else's key, since every returned key may be tried on mail for
     * the address.
     *
     * @throws StoreUnavailableException if the source cannot answer; it never returns fewer keys instead
     */
    List<KeyHandle> keysOf(MailAddress address);
}
