package org.postseal.certstore.source;

import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/** One place that holds private keys. Thread-safe; may block, under limits of its own. */
public interface KeySource {
    /** As in the configuration and in explanations: {@code files}, {@code own}, {@code token:hsm}. */
    String name();

    /**
     * The keys whose certificate carries {@code address}, and those that the administrator mapped to it; whatever their state. Nobody else's: whatever is
     * returned may be tried on mail for the address.
     *
     * @throws StoreUnavailableException when it cannot say. Never fewer keys instead
     */
    List<KeyHandle> keysOf(MailAddress address);
}
