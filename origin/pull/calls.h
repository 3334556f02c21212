#pragma once

#include "origin/api/routes.h"
#include "origin/pull/pull_book.h"

namespace weir::pull {

/// Adds POST .../streams of OvenMediaEngine's API, by which streams are pulled. The book outlives
/// the routes.
void AddCalls(api::Routes& routes, PullBook& book);

}  // namespace weir::pull
