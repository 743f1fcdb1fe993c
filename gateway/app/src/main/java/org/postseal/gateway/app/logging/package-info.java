/**
 * Writes the operational log to standard error. The log has one line per event, and holds no control character of
 * foreign data. Nothing that is logged is looked up.
 */
@NullMarked
package org.postseal.gateway.app.logging;

import org.jspecify.annotations.NullMarked;
