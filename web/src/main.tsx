/** Where the page starts: the address is read, the link opened, the panels drawn. */

import { render } from "preact";
import { App } from "./panels/app";

const page = document.getElementById("page");
if (page) render(<App />, page);
