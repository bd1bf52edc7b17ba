/** The page's layout: alerts first, the map beside them. */

import { MapView } from "../map/map-view";

export function App() {
  return <MapView />;
}
