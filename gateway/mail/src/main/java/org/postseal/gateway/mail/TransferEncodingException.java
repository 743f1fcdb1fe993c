package org.postseal.gateway.mail;

import java.io.IOException;

/** A body is not what its Content-Transfer-Encoding says. */
public final class TransferEncodingException extends IOException {
    private static final long serialVersionUID = 1L;

    TransferEncodingException(String message) {
        super(message);
    }
}
