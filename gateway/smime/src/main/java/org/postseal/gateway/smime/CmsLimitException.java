package org.postseal.gateway.smime;

import java.io.IOException;

/** A foreign CMS object is over one of the {@link CmsLimits}. The exception never leaves this package. */
final class CmsLimitException extends IOException {
    private static final long serialVersionUID = 1;

    CmsLimitException(String what) {
        super(what);
    }
}
