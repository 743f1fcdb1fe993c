/**
 * Exchanges what Postseal and systemd tell each other: whether the gateway is ready, reloads, works or stops
 * (sd_notify(3)), where its credentials are (systemd.exec(5)), and records for the journal (systemd's native protocol).
 * Without systemd nothing of this happens. The C library is called by java.lang.foreign, since Java's own channels have
 * no datagrams between processes of one machine.
 */
@NullMarked
package org.postseal.gateway.audit.systemd;

import org.jspecify.annotations.NullMarked;
