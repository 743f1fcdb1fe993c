/**
 * The operational log on standard error. It has one line per event, holds no control character of foreign data, and
 * looks nothing up that is logged.
 */
@NullMarked
package org.postseal.gateway.app.logging;

import org.jspecify.annotations.NullMarked;
