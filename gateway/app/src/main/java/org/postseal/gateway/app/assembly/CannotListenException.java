package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Says that a listening socket could not be opened. */
public final class CannotListenException extends IOException {
    private static final long serialVersionUID = 1;

    private final int position;

    /** @param position the position among the configured listeners, from 0 */
    CannotListenException(int position, InetSocketAddress address, IOException cause) {
        super(
                "cannot listen on " + address.getAddress().getHostAddress() + " port " + address.getPort() + ": "
                        + cause.getMessage(),
                cause);
        this.position = position;
    }

    /** Returns the configuration key of the listener's address. */
    String key() {
        return "listeners[" + position + "].address";
    }
}
