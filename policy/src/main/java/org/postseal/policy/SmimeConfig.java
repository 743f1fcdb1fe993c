package org.postseal.policy;

import java.util.Map;

/**
 * The {@code smime} section: the parameters of Exchange's Set-SmimeConfig by their names.
 *
 * @param alwaysSign {@code OWAAlwaysSign}
 * @param alwaysEncrypt {@code OWAAlwaysEncrypt}
 * @param clearSign {@code OWAClearSign}
 * @param kept every parameter as written, those without effect included
 */
record SmimeConfig(boolean alwaysSign, boolean alwaysEncrypt, boolean clearSign, Map<String, String> kept) {
    /** {@code NoSignOnReply}: a reply gets no signature that nobody requires. */
    boolean noSignOnReply() {
        return "true".equals(kept.get("NoSignOnReply"));
    }

    static final SmimeConfig DEFAULT = new SmimeConfig(false, false, true, Map.of());
}
