/**
 * The operational log on standard error: one line per event, no control character of foreign data in it, nothing looked up in what is logged.
 */
@NullMarked
package org.postseal.gateway.app.logging;

import org.jspecify.annotations.NullMarked;
